/** A built image goes from its builder to a registry, through the builder's own engine: only the layers that the registry lacks. */
import { DrayageError } from "../../spec/drayage-error";
import { contentTag, type PushSpec, repositoryOf } from "../../spec/registry";
import type { HostHandle } from "../host/host-handle";
import type { Progress } from "../report";
import type { RunContext } from "../run-context";
import { checkTransport } from "./check-transport";
import { pushedBefore } from "./pushed-before";
import { registryFailure } from "./registry-failure";
import type { RegistryLogin } from "./registry-login";
import { transferProgress } from "./transfer-progress";

export interface PushImageRequest {
  readonly builder: HostHandle;
  /** Id on the builder. */
  readonly id: string;
  readonly name: string;
  readonly contentHash: string;
  readonly push: PushSpec;
  readonly login: RegistryLogin;
  readonly run: Pick<RunContext, "signal">;
  progress(progress: Progress): void;
}

/** Pushing what is there sends nothing. @returns the digest of the manifest. @throws REGISTRY_* IMAGE_NOT_FOUND CANCELLED */
export async function pushImage(request: PushImageRequest): Promise<string> {
  const { builder, id, push, login, run } = request;
  const { docker } = builder;
  const { insecureRegistries } = await docker.info();
  checkTransport({ ...push, host: builder.name, insecureRegistries });
  const [repository, tag] = [repositoryOf(push), push.tag ?? contentTag(request.contentHash)];
  const credentials = await login(push.registry, push.credentials);
  const before = await docker.inspectImage(`${repository}:${tag}`);
  await docker.tagImage(id, repository, tag);
  try {
    const progress = transferProgress("Pushing", `${builder.name} pushes to ${repository}`, request.progress);
    const digest = await docker.pushImage(`${repository}:${tag}`, credentials, progress, run.signal);
    if (digest !== undefined) return digest;
    throw new DrayageError("DOCKER_FAILED", `${builder.name} pushed ${repository}:${tag} and did not say its digest`);
  } catch (error) {
    const refused = error instanceof DrayageError && error.code === "IMAGE_MISMATCH";
    const pushed =
      refused && (await pushedBefore({ ...request, reference: `${repository}:${tag}`, credentials }).catch(() => undefined));
    if (pushed) return pushed;
    throw registryFailure(error, { ...push, what: `image ${request.name}`, host: builder.name });
  } finally {
    // Its name on the builder is another one; this would stay for each content that was ever pushed. A user's stays what it was.
    const restored =
      before === undefined ? docker.removeImage(`${repository}:${tag}`) : docker.tagImage(before.Id, repository, tag);
    await restored.catch(() => undefined);
  }
}

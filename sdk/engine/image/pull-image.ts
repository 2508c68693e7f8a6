/** A host pulls a ready image with the operator's credentials. */
import { DrayageError } from "../../spec/drayage-error";
import { parseImageReference } from "../../spec/image-reference";
import type { ImageInspect, RegistryCredentials } from "../docker/docker-engine";
import type { HostHandle } from "../host/host-handle";
import type { Progress } from "../report";
import { transferProgress } from "./transfer-progress";

export interface PullRequest {
  readonly host: HostHandle;
  readonly ref: string;
  readonly platform?: string | undefined;
  readonly signal: AbortSignal;
  progress(progress: Progress): void;
  /** Of a registry such as `docker.io`; asked at the moment of the pull. */
  credentials(registry: string): Promise<RegistryCredentials | undefined>;
}

/** @throws IMAGE_NOT_FOUND REGISTRY_AUTH DISK_FULL CANCELLED DOCKER_FAILED */
export async function pullImage(request: PullRequest): Promise<ImageInspect> {
  const { host, ref, platform, signal } = request;
  const credentials = await request.credentials(parseImageReference(ref)?.registry ?? "docker.io");
  await host.docker.pullImage(
    ref,
    { ...(platform === undefined ? {} : { platform }), ...(credentials === undefined ? {} : { credentials }) },
    transferProgress("Downloading", `${host.name} pulls ${ref}`, (progress) => request.progress(progress)),
    signal,
  );
  const image = await host.docker.inspectImage(ref);
  if (image !== undefined) return image;
  throw new DrayageError("IMAGE_NOT_FOUND", `${host.name} pulled ${ref} and does not have it`, {
    subject: `image ${ref} on ${host.name}`,
  });
}

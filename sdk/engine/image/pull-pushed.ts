/** A host fetches an image that was pushed: by its digest, with credentials of this one request, and proved to be what was built. */
import { DrayageError } from "../../spec/drayage-error";
import { type PushedImageSpec, pullReferenceOf } from "../../spec/registry";
import { isUnknown } from "../../spec/unknown";
import type { ImageInspect } from "../docker/docker-engine";
import type { HostHandle } from "../host/host-handle";
import type { Progress } from "../report";
import type { RunContext } from "../run-context";
import { checkTransport } from "./check-transport";
import { identityKey, identityOf, sameIdentityKey } from "./image-identity";
import { pullImage } from "./pull-image";
import { registryFailure } from "./registry-failure";
import type { RegistryLogin } from "./registry-login";

export interface PullPushedRequest {
  readonly host: HostHandle;
  /** The image in the program's words. */
  readonly name: string;
  readonly pushed: PushedImageSpec;
  /** Key of the identity that was built. */
  readonly identity: string | undefined;
  readonly platform: string | undefined;
  /** `repository:tag` it gets on the host; without a name an image is taken for a leftover. */
  readonly localTag: string;
  readonly login: RegistryLogin;
  readonly context: RunContext;
  progress(progress: Progress): void;
}

/** @returns the id to run on that host. @throws REGISTRY_* IMAGE_NOT_FOUND IMAGE_MISMATCH DISK_FULL CANCELLED */
export async function pullPushed(request: PullPushedRequest): Promise<string> {
  const { host, name, pushed, login, context, localTag } = request;
  const { insecureRegistries } = await host.docker.info();
  checkTransport({ ...pushed, host: host.name, insecureRegistries });
  const ref = pullReferenceOf(pushed);
  const image = await pullImage({
    ...request,
    ref,
    signal: context.signal,
    credentials: (registry) => login(registry, pushed.credentials),
  }).catch((error: unknown) => {
    throw registryFailure(error, { ...pushed, what: `image ${name}`, host: host.name });
  });
  checkIdentity(request, image);
  const colon = localTag.lastIndexOf(":");
  await host.docker.tagImage(image.Id, localTag.slice(0, colon), localTag.slice(colon + 1));
  return image.Id;
}

/** A digest is only as good as where it was noted, and a tag means whatever was pushed last. */
function checkIdentity({ host, name, pushed, identity }: PullPushedRequest, image: ImageInspect): void {
  if (identity === undefined || isUnknown(identity)) return;
  const found = identityKey(identityOf(image, host.measured.imageStore));
  if (sameIdentityKey(found, identity)) return;
  throw new DrayageError(
    "IMAGE_MISMATCH",
    `${pullReferenceOf(pushed)} is not the image ${name} that was built (${identity.slice(0, 12)}, pulled ${found.slice(0, 12)})`,
    {
      subject: `image ${name} on ${host.name}`,
      hint: "Somebody else pushes to that tag, or the program builds anew what is pinned: dray refresh, then dray up pushes it again.",
    },
  );
}

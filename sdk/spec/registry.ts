/** Where an image is pushed to, so that hosts pull it there instead of being shipped to. */
import { IMAGE_REPOSITORY, IMAGE_TAG, REGISTRY_ADDRESS } from "./image-reference";
import { compact, fields, flag, isRecord, matching, oneOf, type Reader, requireKeys } from "./read";
import { type RegistryCredentialsInput, type RegistryCredentialsSpec, readCredentials, withRegion } from "./registry-credentials";
import { isUnknown } from "./unknown";

export interface PushInput {
  /** `ghcr.io`, `registry.example:5000`, `docker.io`. */
  readonly registry: string;
  /** `team/web`. */
  readonly repository: string;
  /** Name of the image in the repository; hosts pull by digest all the same. Default: the first 12 digits of the content hash. */
  readonly tag?: string;
  /** Default: what `docker login` or a credential helper has on this machine. */
  readonly credentials?: RegistryCredentialsInput;
  /** Accept an engine that would use plain HTTP or unchecked TLS for this registry. Default false: refused. */
  readonly insecure?: boolean;
  /** What to do for a host that cannot pull: `"ship"` carries the image there as without a registry. Default: fail; what runs goes on. */
  readonly fallback?: "ship";
}

export interface PushSpec {
  readonly registry: string;
  readonly repository: string;
  readonly tag?: string;
  /** Absent: the operator's docker configuration. */
  readonly credentials?: RegistryCredentialsSpec;
  readonly insecure: boolean;
  readonly fallback?: "ship";
}

/** An image in a registry, as a workload gets it: with the digest of its manifest once it was pushed. */
export interface PushedImageSpec extends PushSpec {
  readonly tag: string;
  /** `sha256:…`. Absent: not pushed yet, or by another stack; then the tag is pulled and its identity decides. */
  readonly digest?: string;
}

export const readPush: Reader<PushSpec> = (value, place) => {
  const read = pushFields(value, place);
  requireKeys(value, ["registry", "repository"], place);
  if (read?.registry === undefined || read.repository === undefined) return undefined;
  const credentials = withRegion(read.credentials, read.registry, place.key("credentials"));
  return compact({ ...read, credentials, insecure: read.insecure ?? false }) as PushSpec;
};

export const readPushedImage: Reader<PushedImageSpec> = (value, place) => {
  if (!isRecord(value)) return place.expected("an object", value);
  const { digest: written, ...push } = value;
  const read = readPush(push, place);
  const digest =
    written === undefined || written === null || written === "" ? undefined : digestReader(written, place.key("digest"));
  if (read?.tag === undefined) return read === undefined ? undefined : place.key("tag").problem("is missing");
  return compact({ ...read, tag: read.tag, digest });
};

/** `ghcr.io/team/web`: as the engine names the repository. */
export function repositoryOf({ registry, repository }: Pick<PushSpec, "registry" | "repository">): string {
  return `${registry}/${repository}`;
}

/** By digest where it is known. */
export function pullReferenceOf(image: PushedImageSpec): string {
  return image.digest === undefined || isUnknown(image.digest)
    ? `${repositoryOf(image)}:${image.tag}`
    : `${repositoryOf(image)}@${image.digest}`;
}

/** Tag of a content hash where none is given. */
export function contentTag(contentHash: string): string {
  return contentHash.replace(/^sha256:/, "").slice(0, 12);
}

const digestReader = matching("a digest such as 'sha256:…'", /^sha256:[0-9a-f]{64}$/);
const pushFields = fields(
  {
    registry: matching("a registry such as 'ghcr.io' or 'registry.example:5000', without https://", REGISTRY_ADDRESS),
    repository: matching("a repository such as 'team/web' (lower case)", IMAGE_REPOSITORY),
    tag: matching("a tag such as '1.2'", IMAGE_TAG),
    credentials: readCredentials,
    insecure: flag,
    fallback: oneOf("ship"),
  },
  { image: "write registry and repository apart", url: "write registry and repository apart" },
);

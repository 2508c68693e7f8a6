/** `postgres:16`, `ghcr.io/owner/app@sha256:…`: Docker's grammar (distribution/reference). */
import { leaf } from "./read";

export interface ImageReference {
  /** `docker.io` when none is written. */
  readonly registry: string;
  /** With `library/` where Docker adds it. */
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

const COMPONENT = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
const REPOSITORY = `${COMPONENT}(?:/${COMPONENT})*`;
const TAG = "[\\w][\\w.-]{0,127}";
const GRAMMAR = new RegExp(`^(${REPOSITORY})(?::(${TAG}))?(?:@(sha256:[0-9a-f]{64}))?$`);
export const IMAGE_REPOSITORY = new RegExp(`^${REPOSITORY}$`);
export const IMAGE_TAG = new RegExp(`^${TAG}$`);
export const REGISTRY_ADDRESS =
  /^(?:localhost|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*:\d+|\[[0-9a-fA-F:]+\](?::\d+)?)$/;

export function parseImageReference(written: string): ImageReference | undefined {
  const slash = written.indexOf("/");
  const first = written.slice(0, Math.max(slash, 0));
  const hasRegistry = slash > 0 && REGISTRY_ADDRESS.test(first);
  const match = GRAMMAR.exec(hasRegistry ? written.slice(slash + 1) : written);
  if (match?.[1] === undefined || isImageId(written)) return undefined;
  const registry = hasRegistry && first !== "index.docker.io" ? first : "docker.io";
  const official = registry === "docker.io" && !match[1].includes("/");
  return {
    registry,
    repository: official ? `library/${match[1]}` : match[1],
    ...(match[2] === undefined ? {} : { tag: match[2] }),
    ...(match[3] === undefined ? {} : { digest: match[3] }),
  };
}

/** As written, with `:latest` where neither tag nor digest is given, as Docker does. */
export const imageReference = leaf('an image reference such as "postgres:16" (lower case)', (value) => {
  if (typeof value !== "string") return undefined;
  const parsed = parseImageReference(value);
  if (parsed === undefined) return undefined;
  return parsed.tag === undefined && parsed.digest === undefined ? `${value}:latest` : value;
});

/** Docker refuses a bare 64-digit hex name: it would be taken for an image id. */
function isImageId(written: string): boolean {
  return /^[0-9a-f]{64}$/.test(written);
}

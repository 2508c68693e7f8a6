/** An image built from a context. */
import type { Problem } from "./drayage-error";
import { type HostRefSpec, readHostRef } from "./host";
import { imageReference } from "./image-reference";
import { Place } from "./place";
import { compact, fields, filledText, isRecord, keysOf, matching, recordOf, requireKeys, text } from "./read";
import { type PushedImageSpec, type PushInput, type PushSpec, readPush, readPushedImage } from "./registry";

export interface ImageInput {
  /** Folder whose files the build may use, relative to the program's folder. Compose: `build.context`. */
  readonly context: string;
  /** Relative to the context. Default "Dockerfile". Compose: `build.dockerfile`. */
  readonly dockerfile?: string;
  /** Build arguments: visible in the image's history, so never secrets. Default none. Compose: `build.args`. */
  readonly args?: Readonly<Record<string, string>>;
  /** Stage of the Dockerfile. Default: the last one. Compose: `build.target`. */
  readonly target?: string;
  /** `linux/amd64`. Default: the architecture of the builder's engine. Compose: `build.platforms`. */
  readonly platform?: string;
  /** Network of the build's RUN steps: "default", "host" or "none". Default "default". Compose: `build.network`. */
  readonly network?: string;
  /** Build secrets by id, for `RUN --mount=type=secret,id=…`: never in layers or state. Default none. Compose: `build.secrets`. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Host whose engine builds. Default: the operator's engine. */
  readonly builder?: HostRefSpec;
  /** Ignore file, relative to the context. Default: `<dockerfile>.dockerignore`, else `.dockerignore`, as Docker. */
  readonly ignoreFile?: string;
  /** Push it to a registry once it is built; hosts then pull it there by digest. Default: none is needed, it is shipped to them. */
  readonly push?: PushInput;
}

export interface ImageSpec {
  readonly context: string;
  readonly dockerfile: string;
  readonly args: Readonly<Record<string, string>>;
  readonly target?: string;
  readonly platform?: string;
  /** Of RUN steps; not part of the content hash. */
  readonly network?: string;
  /** Ids, sorted; values travel apart. */
  readonly secrets: readonly string[];
  readonly builder?: HostRefSpec;
  readonly ignoreFile?: string;
  readonly push?: PushSpec;
}

/** What `image.ref` hands to a workload. */
export interface BuiltImageInput {
  /** The program's name for the image. */
  readonly name: string;
  /** Hash of the context and options: known in preview. */
  readonly contentHash: string;
  /** Hash of config, layers and platform: what runs. Absent or UNKNOWN until built. */
  readonly identity?: string;
  readonly platform?: string;
  readonly builder?: HostRefSpec;
  /** Where it was pushed. Absent: it is shipped. */
  readonly pushed?: PushInput & { readonly tag: string; readonly digest?: string };
  /** The context could not be read: reported instead of the image. */
  readonly error?: { readonly path: string; readonly reason: string };
}

export type ServiceImageSpec =
  | { readonly kind: "reference"; readonly ref: string; readonly pull: "missing" | "always" }
  | {
      readonly kind: "built";
      readonly name: string;
      readonly contentHash: string;
      readonly identity?: string;
      readonly platform?: string;
      readonly builder?: HostRefSpec;
      readonly pushed?: PushedImageSpec;
    };

export const platform = matching("a platform such as 'linux/amd64'", /^linux\/[a-z0-9]+(\/v\d+)?$/);

export type NormalisedImage =
  | { readonly spec: ImageSpec; readonly secrets: Readonly<Record<string, string>> }
  | { readonly problems: readonly Problem[] };

export function normaliseImage(input: unknown, options: { readonly allowUnknown?: boolean } = {}): NormalisedImage {
  const problems: Problem[] = [];
  const place = Place.root(problems, options);
  const read = imageFields(input, place) ?? {};
  requireKeys(input, ["context"], place);
  if (problems.length > 0) return { problems };
  const secrets = read.secrets ?? {};
  const spec = compact({
    ...read,
    dockerfile: read.dockerfile ?? "Dockerfile",
    args: read.args ?? {},
    secrets: keysOf(secrets),
  }) as ImageSpec;
  return { spec, secrets };
}

/** A service's `image`: a reference, or what an Image hands over. */
export function readServiceImage(value: unknown, pull: "missing" | "always", place: Place): ServiceImageSpec | undefined {
  if (!isRecord(value)) {
    const ref = imageReference(value, place);
    return ref === undefined ? undefined : { kind: "reference", ref, pull };
  }
  if (typeof value.urn === "string") return place.problem("is an Image resource; write image.ref");
  const read = builtImage(value, place);
  if (read?.error?.reason !== undefined) return place.problem(`image ${read.name ?? ""} cannot be built: ${read.error.reason}`);
  if (read === undefined) return undefined;
  requireKeys(value, ["name", "contentHash"], place);
  const { error: _, ...rest } = read;
  return { kind: "built", ...rest } as ServiceImageSpec;
}

const builder = readHostRef;
const imageFields = fields(
  {
    context: filledText,
    dockerfile: filledText,
    args: recordOf((value, place) => text(value, place.hidden())),
    target: filledText,
    platform,
    network: matching('"default", "host" or "none"', /^(default|host|none)$/),
    secrets: recordOf((value, place) => text(value, place.hidden())),
    builder,
    ignoreFile: filledText,
    push: readPush,
  },
  { buildArgs: "write it as 'args'", tags: "images are known by identity: leave it out" },
);
const builtImage = fields({
  name: filledText,
  contentHash: text,
  identity: text,
  platform,
  builder,
  pushed: readPushedImage,
  error: fields({ path: text, reason: text }),
});

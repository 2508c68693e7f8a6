/** An image built from a context. */
import type { HostRefSpec } from "./host";

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
  /** Build secrets by id, for `RUN --mount=type=secret,id=…`: never in layers or state. Default none. Compose: `build.secrets`. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Host whose engine builds. Default: the operator's engine. */
  readonly builder?: HostRefSpec;
  /** Ignore file, relative to the context. Default: `<dockerfile>.dockerignore`, else `.dockerignore`, as Docker. */
  readonly ignoreFile?: string;
}

export interface ImageSpec {
  readonly context: string;
  readonly dockerfile: string;
  readonly args: Readonly<Record<string, string>>;
  readonly target?: string;
  readonly platform?: string;
  /** Ids, sorted; values travel apart. */
  readonly secrets: readonly string[];
  readonly builder?: HostRefSpec;
  readonly ignoreFile?: string;
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
    };

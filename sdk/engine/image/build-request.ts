/** What a build needs, whichever client runs it. */
import type { Readable } from "node:stream";
import type { HostHandle } from "../host/host-handle";
import type { Progress } from "../report";

export interface BuildContext {
  /** An error in it fails the build with that error. */
  readonly tar: Readable;
  /** Path of the Dockerfile in the tar. */
  readonly dockerfile: string;
}

export interface BuildRequest {
  readonly builder: HostHandle;
  /** The program's name for the image. */
  readonly name: string;
  /** Hash of the context and options: names the image on the builder. */
  readonly contentHash: string;
  /** Opened once, and only when something has to be built. `packContext` of sdk/context fits. */
  openContext(): Promise<BuildContext>;
  readonly args: Readonly<Record<string, string>>;
  readonly target?: string | undefined;
  readonly platform?: string | undefined;
  /** Network of RUN steps: `host`, `none`. Default: the builder's. */
  readonly network?: string | undefined;
  /** By id. Reach the build as files that live as long as it does. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  progress(progress: Progress): void;
}

/** What the operator's machine has to build with; the engine itself reads no environment. */
export interface BuildTools {
  /** Paths of `docker` commands, best first. */
  readonly clients: readonly string[];
  /** For those commands: PATH, HOME, DOCKER_CONFIG, proxies. */
  readonly environment: Readonly<Record<string, string>>;
  /** Folder (0700) for secret files during a build. */
  readonly privateFolder: string;
}

/** Name under which a content hash is known on every engine. */
export function builtTag(name: string, contentHash: string): string {
  const repository = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return `drayage/${repository || "image"}:${contentHash.replace(/^sha256:/, "").slice(0, 12)}`;
}

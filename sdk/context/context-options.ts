import type { FileStamp } from "./stat-cache";

/** Which files a build may use, and which Dockerfile it follows. */
export interface ContextOptions {
  /** Folder; absolute, or relative to the working directory. */
  readonly context: string;
  /** Relative to the context, or absolute; may lie outside. Default "Dockerfile". */
  readonly dockerfile?: string;
  /** Relative to the context, or absolute. Default `<dockerfile>.dockerignore`, else `.dockerignore`, as Docker. */
  readonly ignoreFile?: string;
}

export interface BuildOptions extends ContextOptions {
  readonly args?: Readonly<Record<string, string>>;
  readonly target?: string;
  readonly platform?: string;
}

/** One thing in a context; nothing of it depends on who reads it, when, or under which umask. */
export type ContextEntry = ContextFile | ContextFolder | ContextLink;

export interface ContextFile {
  readonly kind: "file";
  /** Relative to the context, with "/". */
  readonly path: string;
  /** Where its bytes are on this machine. */
  readonly source: string;
  readonly executable: boolean;
  readonly stamp: FileStamp;
}

export interface ContextFolder {
  readonly kind: "directory";
  readonly path: string;
}

export interface ContextLink {
  readonly kind: "symlink";
  readonly path: string;
  readonly target: string;
}

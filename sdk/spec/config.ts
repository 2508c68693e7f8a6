/**
 * A file or folder given to a service, by value: what Compose users bind-mount relatively. Keyed by its absolute path in the
 * container. Compose: `configs`.
 */
export interface ConfigInput {
  /** The content itself. */
  readonly text?: string;
  /** A local file, relative to the program's folder. */
  readonly file?: string;
  /** A local folder, relative to the program's folder. */
  readonly folder?: string;
  /** Owner. Default 0. Compose: `uid`, `gid`. */
  readonly uid?: number;
  readonly gid?: number;
  /** Octal digits, `"0640"`. Default: "0644", or "0755" for a local file with the x bit. Compose: `mode`. */
  readonly mode?: string;
  /** Filled by the Workload class, which reads the source: hash of names, x bits and bytes. */
  readonly hash?: string;
  /** Filled by the Workload class when the source cannot be read. */
  readonly error?: { readonly path: string; readonly reason: string };
}

export type ConfigSource =
  | { readonly kind: "text"; readonly text: string; readonly hash: string }
  /** `file` and `folder` are as the program wrote them; compare by hash, it is "" when nobody has read them yet. */
  | { readonly kind: "file"; readonly file: string; readonly hash: string }
  | { readonly kind: "folder"; readonly folder: string; readonly hash: string };

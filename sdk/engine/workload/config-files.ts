/** Where the bytes of configs come from: the operator's files, which the engine never opens itself. */
import type { ConfigSource } from "../../spec/config";

export interface ConfigFile {
  /** Relative to the folder; "" for a source that is one file. */
  readonly path: string;
  /** Whether the local x bit is set: 0755 instead of 0644 where the program gives no mode. */
  readonly executable: boolean;
  readonly content: Buffer;
}

export interface ConfigFiles {
  /** Sorted by path. @throws CONTEXT_CHANGED when the bytes are not those that were hashed. */
  read(source: ConfigSource): Promise<readonly ConfigFile[]>;
}

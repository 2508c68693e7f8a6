import { DrayageError, type Problem } from "../spec/drayage-error";
import { contentHash } from "./content-hash";
import type { BuildOptions } from "./context-options";
import { type ReadSettings, readContext } from "./read-context";

export interface HashedContext {
  readonly hash: string;
  readonly files: number;
  readonly bytes: number;
}

/** Never rejects: a resource starts this in its constructor, and every mistake of the program is reported together. */
export async function hashContext(
  options: BuildOptions,
  settings: ReadSettings = {},
): Promise<HashedContext | { readonly error: Problem }> {
  try {
    const snapshot = await readContext(options, settings);
    const files = snapshot.entries.filter(({ kind }) => kind === "file").length;
    return { hash: contentHash(snapshot, options), files, bytes: snapshot.bytes };
  } catch (error) {
    const reason = error instanceof DrayageError ? error.message : `${options.context} cannot be read: ${String(error)}`;
    return { error: { path: "context", reason } };
  }
}

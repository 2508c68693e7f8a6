import { setImmediate } from "node:timers/promises";
import type { ContextFile, ContextFolder, ContextLink, ContextOptions } from "./context-options";
import { hashFile } from "./hash-file";
import { invalid, listContext } from "./list-context";
import { noStatCache, openStatCache, type StatCache } from "./stat-cache";

export interface HashedFile extends ContextFile {
  /** SHA-256 of its bytes, in hex. */
  readonly digest: string;
}

export type HashedEntry = HashedFile | ContextFolder | ContextLink;

/** What a build would be sent, without its bytes. */
export interface ContextSnapshot {
  readonly root: string;
  /** Sorted by the bytes of the path. */
  readonly entries: readonly HashedEntry[];
  /** Path of the Dockerfile among the entries. */
  readonly dockerfile: string;
  readonly bytes: number;
}

export interface ReadSettings {
  /** Folder of drayage's caches. Default: every byte is read each time. */
  readonly cacheDir?: string;
}

/** Hashing is synchronous in slices of this many files; other work gets its turn in between. */
const SLICE = 200;

/** @throws INVALID_CONTEXT */
export async function readContext(options: ContextOptions, settings: ReadSettings = {}): Promise<ContextSnapshot> {
  const { root, entries, dockerfile } = listContext(options);
  const cache = settings.cacheDir === undefined ? noStatCache : openStatCache(settings.cacheDir, root);
  const hashed: HashedEntry[] = [];
  for (const [index, entry] of entries.entries()) {
    if (index % SLICE === SLICE - 1) await setImmediate();
    hashed.push(entry.kind === "file" ? { ...entry, digest: digestOf(entry, cache) } : entry);
  }
  cache.save();
  const bytes = entries.reduce((sum, entry) => sum + (entry.kind === "file" ? Number(entry.stamp.size) : 0), 0);
  return { root, entries: hashed, dockerfile, bytes };
}

function digestOf(file: ContextFile, cache: StatCache): string {
  try {
    return hashFile(file, cache);
  } catch (error) {
    throw invalid(file.source, "cannot be read; ignore it in .dockerignore or change its mode", error);
  }
}

/** A context as a tar stream for a builder: the same bytes on every machine, and exactly those that were hashed. */
import { createHash } from "node:crypto";
import { createReadStream, readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { DrayageError } from "../spec/drayage-error";
import { contentHash } from "./content-hash";
import type { BuildOptions } from "./context-options";
import { type HashedEntry, type HashedFile, type ReadSettings, readContext } from "./read-context";
import { tarEnd, tarHeader, tarPadding } from "./tar-entry";

export interface PackedContext {
  /** Reads files as it is read itself. Fails with CONTEXT_CHANGED when a file is no longer what was hashed. */
  readonly tar: Readable;
  /** Path of the Dockerfile in the tar. */
  readonly dockerfile: string;
  /** Of all files, without tar's headers and padding. */
  readonly bytes: number;
}

/** @throws INVALID_CONTEXT; CONTEXT_CHANGED when the context is not the one with this hash */
export async function packContext(
  options: BuildOptions,
  expectedHash: string,
  settings: ReadSettings = {},
): Promise<PackedContext> {
  const snapshot = await readContext(options, settings);
  const hash = contentHash(snapshot, options);
  if (hash !== expectedHash)
    throw changed(options.context, `it was ${expectedHash.slice(0, 12)} when planned and is ${hash.slice(0, 12)} now`);
  const tar = Readable.from(tarOf(snapshot.entries), { objectMode: false, highWaterMark: CHUNK });
  return { tar, dockerfile: snapshot.dockerfile, bytes: snapshot.bytes };
}

/** A stream costs more than it gives for a smaller file. */
const SMALL = 256 * 1024;
const CHUNK = 64 * 1024;

async function* tarOf(entries: readonly HashedEntry[]): AsyncGenerator<Buffer> {
  for (const entry of entries) {
    if (entry.kind === "directory") {
      yield tarHeader({ kind: "directory", name: `${entry.path}/`, mode: 0o755, size: 0 });
    } else if (entry.kind === "symlink") {
      yield tarHeader({ kind: "symlink", name: entry.path, mode: 0o777, size: 0, target: entry.target });
    } else {
      const size = Number(entry.stamp.size);
      yield tarHeader({ kind: "file", name: entry.path, mode: entry.executable ? 0o755 : 0o644, size });
      yield* verifiedBytes(entry, size);
      yield tarPadding(size);
    }
  }
  yield tarEnd;
}

/** Ends with an error, before the file is complete for the reader, when the bytes are not those that were hashed. */
async function* verifiedBytes(file: HashedFile, size: number): AsyncGenerator<Buffer> {
  const hash = createHash("sha256");
  let rest = size;
  for await (const chunk of chunksOf(file)) {
    rest -= chunk.length;
    hash.update(chunk);
    if (rest < 0 || (rest === 0 && hash.copy().digest("hex") !== file.digest)) throw changedWhileSent(file);
    yield chunk;
  }
  if (rest !== 0) throw changedWhileSent(file);
}

async function* chunksOf(file: HashedFile): AsyncGenerator<Buffer> {
  try {
    if (file.stamp.size > SMALL) yield* createReadStream(file.source, { highWaterMark: CHUNK });
    else yield readFileSync(file.source);
  } catch (error) {
    throw changed(file.source, "it cannot be read any more", error);
  }
}

function changedWhileSent(file: HashedFile): DrayageError {
  return changed(file.source, "it was written while it was being sent");
}

function changed(subject: string, reason: string, cause?: unknown): DrayageError {
  return new DrayageError("CONTEXT_CHANGED", `the build context changed: ${subject}: ${reason}`, {
    subject,
    hint: "Let it come to rest and run `dray up` again.",
    ...(cause === undefined ? {} : { cause }),
  });
}

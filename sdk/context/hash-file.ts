import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import type { ContextFile } from "./context-options";
import type { FileStamp, StatCache } from "./stat-cache";

const CHUNK = 1024 * 1024;

/** SHA-256 of a file's bytes, in hex; from the cache when nothing about the file has changed since. */
export function hashFile(file: ContextFile, cache: StatCache): string {
  const known = cache.find(file.path, file.stamp);
  if (known !== undefined) return known;
  const fd = openSync(file.source, "r");
  try {
    const digest = hashDescriptor(fd, Number(file.stamp.size));
    // Written while we read: the digest may be of a mixture, so it is not remembered.
    if (isSame(file.stamp, fstatSync(fd, { bigint: true }))) cache.remember(file.path, file.stamp, digest);
    return digest;
  } finally {
    closeSync(fd);
  }
}

function hashDescriptor(fd: number, size: number): string {
  const hash = createHash("sha256");
  if (size <= CHUNK) return hash.update(readFileSync(fd)).digest("hex");
  const buffer = Buffer.allocUnsafe(CHUNK);
  for (let length = readSync(fd, buffer); length > 0; length = readSync(fd, buffer)) hash.update(buffer.subarray(0, length));
  return hash.digest("hex");
}

function isSame(a: FileStamp, b: FileStamp): boolean {
  return a.size === b.size && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs && a.ino === b.ino && a.dev === b.dev;
}

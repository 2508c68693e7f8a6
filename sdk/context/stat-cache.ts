/**
 * Remembers the digest of a file by what the file system says about it. Never a source of truth: a cache that is gone, broken or
 * unwritable only costs time.
 */
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export interface FileStamp {
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  readonly ino: bigint;
  readonly dev: bigint;
}

export interface StatCache {
  /** The digest that was seen with exactly this stamp. */
  find(path: string, stamp: FileStamp): string | undefined;
  remember(path: string, stamp: FileStamp, digest: string): void;
  /** Writes what was found or remembered in this run; the rest is forgotten. */
  save(): void;
}

/** Wall clock in nanoseconds. */
export type Now = () => bigint;

/**
 * A file written a moment ago may change again without a new time stamp (the clock of a file system is coarse: 4 ms on ext4, up
 * to 2 s elsewhere): git's "racy clean". Such a file is read again next time.
 */
const RACY_NS = 2_000_000_000n;
const FORMAT = 1;

type Line = readonly [path: string, stamp: string, digest: string];

export function openStatCache(cacheDir: string, root: string, now: Now = systemNow): StatCache {
  const file = join(cacheDir, "contexts", `${createHash("sha256").update(root).digest("hex").slice(0, 32)}.json`);
  const known = readLines(file);
  const used = new Map<string, Line>();
  const trusted = now() - RACY_NS;
  let changed = false;
  return {
    find(path, stamp) {
      const line = known.get(path);
      if (line === undefined || line[1] !== stampText(stamp)) return undefined;
      used.set(path, line);
      return line[2];
    },
    remember(path, stamp, digest) {
      if (stamp.mtimeNs > trusted || stamp.ctimeNs > trusted) return;
      used.set(path, [path, stampText(stamp), digest]);
      changed = true;
    },
    save() {
      if (changed || used.size !== known.size) writeLines(file, [...used.values()]);
    },
  };
}

export const noStatCache: StatCache = { find: () => undefined, remember: () => undefined, save: () => undefined };

function systemNow(): bigint {
  return BigInt(Date.now()) * 1_000_000n;
}

function stampText({ size, mtimeNs, ctimeNs, ino, dev }: FileStamp): string {
  return `${size} ${mtimeNs} ${ctimeNs} ${ino} ${dev}`;
}

function readLines(file: string): Map<string, Line> {
  try {
    const { format, lines } = JSON.parse(readFileSync(file, "utf8")) as { format: number; lines: Line[] };
    return format === FORMAT ? new Map(lines.map((line) => [line[0], line])) : new Map();
  } catch {
    return new Map();
  }
}

function writeLines(file: string, lines: readonly Line[]): void {
  const temporary = `${file}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(temporary, JSON.stringify({ format: FORMAT, lines }), { mode: 0o600 });
    renameSync(temporary, file);
  } catch {
    rmSync(temporary, { force: true });
  }
}

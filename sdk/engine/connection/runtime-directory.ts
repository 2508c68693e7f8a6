/**
 * The private directory of sockets and of what one run tells the next about them. Several processes use it at once:
 * files appear whole (rename), and only the holder of a key's lock dials for that key.
 */
import { randomBytes } from "node:crypto";
import { chmod, link, mkdir, open, readFile, rename, stat, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DrayageError } from "../../spec/drayage-error";
import type { Clock } from "../clock";

/** What a live master offers; written when all of it works. */
export interface KeptConnection {
  readonly controlPath: string;
  /**
   * forward: `socketPath` is served by the master. stdio: every process serves a socket of its own over the master. none: no engine was
   * asked for yet, and there is no socket.
   */
  readonly transport: "forward" | "stdio" | "none";
  /** "" where the transport is none. */
  readonly socketPath: string;
  /** Undefined where the user's own KnownHostsCommand verified it. */
  readonly hostKey?: string | undefined;
}

export interface RuntimeDirectory {
  /** A path that nobody used before. */
  fresh(key: string, ending: string): string;
  /** The script that ssh asks about host keys. */
  hostKeyScript(): Promise<string>;
  kept(key: string): Promise<KeptConnection | undefined>;
  keep(key: string, connection: KeptConnection): Promise<void>;
  forget(key: string): Promise<void>;
  /** Runs alone among all processes of this user, for this key. */
  alone<T>(key: string, work: () => Promise<T>): Promise<T>;
}

/** Room for the name and for the suffix that ssh adds while it makes a socket, out of the kernel's 108 (macOS: 104) bytes. */
const longestDirectory = 104 - "/0123456789abcdef-01234567.sock.0123456789abcdef".length - 1;
/** A dial, with its retries, ends long before. */
const lockLifeMs = 180_000;

/** @throws INVALID_PROGRAM when the path cannot hold sockets or is not private. */
export async function runtimeDirectory(path: string, clock: Clock): Promise<RuntimeDirectory> {
  await privateDirectory(path);
  const stateFile = (key: string): string => join(path, `${key}.json`);

  const writeWhole = async (file: string, text: string, mode: number): Promise<void> => {
    const draft = `${file}.${randomBytes(4).toString("hex")}`;
    await writeFile(draft, text, { mode });
    await rename(draft, file);
  };

  return {
    fresh: (key, ending) => join(path, `${key}-${randomBytes(4).toString("hex")}.${ending}`),
    hostKeyScript: async () => {
      const file = join(path, "host-key.sh");
      if ((await textOf(file)) !== hostKeyScript) await writeWhole(file, hostKeyScript, 0o700);
      return file;
    },
    kept: async (key) => parseKept(await textOf(stateFile(key))),
    keep: (key, connection) => writeWhole(stateFile(key), JSON.stringify(connection), 0o600),
    forget: (key) => unlink(stateFile(key)).catch(() => undefined),
    alone: async (key, work) => {
      const release = await lock(join(path, `${key}.lock`), clock);
      try {
        return await work();
      } finally {
        await release();
      }
    },
  };
}

/** Values come as arguments; it says "known" only for the one wanted fingerprint. `ORDER` asks before any key was seen. */
const hostKeyScript = `# drayage: $1 record, $2 wanted fingerprint or -, $3 reason, $4 fingerprint, $5 type, $6 key
[ "$3" = ORDER ] && exit 0
printf '%s %s\\n' "$5" "$6" >>"$1"
[ "$4" = "$2" ] && printf '* %s %s\\n' "$5" "$6"
exit 0
`;

async function privateDirectory(path: string): Promise<void> {
  const refuse = (reason: string): never => {
    throw new DrayageError("INVALID_PROGRAM", `the runtime directory ${path} ${reason}`, {
      subject: path,
      hint: "Set DRAYAGE_RUNTIME_DIR to a short path of your own.",
    });
  };
  if (Buffer.byteLength(path) > longestDirectory)
    refuse(`is longer than the ${longestDirectory} bytes that leave room for a socket's name`);
  if (!/^\/[^\n%:"'\\$]*$/.test(path)) refuse("holds a character that ssh would interpret");
  await mkdir(path, { recursive: true, mode: 0o700 });
  const { uid, mode } = await stat(path);
  if (process.getuid !== undefined && uid !== process.getuid()) refuse("belongs to another user");
  if ((mode & 0o077) !== 0) await chmod(path, 0o700);
}

async function lock(file: string, clock: Clock): Promise<() => Promise<void>> {
  const mine = `${process.pid} ${randomBytes(8).toString("hex")}`;
  const start = clock.monotonic();
  for (;;) {
    if (await created(file, mine)) break;
    const theirs = await textOf(file);
    if (theirs !== undefined && !(await held(file, theirs, clock))) await breakLock(file, theirs);
    else if (clock.monotonic() - start > lockLifeMs)
      throw new DrayageError("HOST_TIMEOUT", `another drayage process has been dialling for ${lockLifeMs / 1000} s`, {
        subject: file,
        hint: `If process ${theirs?.split(" ")[0]} hangs, end it.`,
      });
    else await clock.sleep(20);
  }
  return async () => {
    if ((await textOf(file)) === mine) await unlink(file).catch(() => undefined);
  };
}

async function created(file: string, text: string): Promise<boolean> {
  try {
    const handle = await open(file, "wx", 0o600);
    await handle.writeFile(text);
    await handle.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

async function held(file: string, text: string, clock: Clock): Promise<boolean> {
  const pid = Number(text.split(" ")[0]);
  // Empty for an instant between creation and writing.
  if (!Number.isInteger(pid) || pid <= 0) return (await ageOf(file, clock)) < 2000;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  return (await ageOf(file, clock)) < lockLifeMs;
}

/** Takes away exactly the dead lock that was seen: when somebody was quicker, theirs is put back. */
async function breakLock(file: string, seen: string): Promise<void> {
  const aside = `${file}.${randomBytes(4).toString("hex")}`;
  try {
    await rename(file, aside);
  } catch {
    return;
  }
  if ((await textOf(aside)) !== seen) await link(aside, file).catch(() => undefined);
  await unlink(aside).catch(() => undefined);
}

async function ageOf(file: string, clock: Clock): Promise<number> {
  return stat(file).then(
    ({ mtimeMs }) => clock.now() - mtimeMs,
    () => 0,
  );
}

const textOf = (file: string): Promise<string | undefined> => readFile(file, "utf8").catch(() => undefined);

function parseKept(text: string | undefined): KeptConnection | undefined {
  try {
    const kept = JSON.parse(text ?? "") as Partial<KeptConnection>;
    const whole = kept.controlPath && kept.transport && (kept.socketPath || kept.transport === "none");
    return whole ? (kept as KeptConnection) : undefined;
  } catch {
    return undefined;
  }
}

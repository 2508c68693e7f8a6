/** What is in volumes that may be in use, told by one read-only, network-less mover per host. Nothing is changed to learn it. */
import { z } from "zod";
import { DrayageError } from "../../spec/drayage-error";
import type { Clock } from "../clock";
import type { DockerEngine } from "../docker/docker-engine";
import { attachMover, readingCapabilities } from "../host/mover-container";
import { type Line, moverLines } from "../host/mover-lines";
import type { Progress } from "../report";
import { listedEntry } from "./compare-listings";
import { printablePath } from "./printable-path";

export interface VolumeHash {
  /** Over names, modes, owners, links, attributes and content; not over times. */
  readonly hash: string;
  readonly files: number;
  readonly bytes: number;
  /** Files that changed or vanished while they were read; some of them, printable. */
  readonly changing: readonly string[];
}

/** A name below a directory; the digest stands for it and all below it. */
const treeEntry = listedEntry.extend({ digest: z.string() });
export type TreeEntry = z.infer<typeof treeEntry>;

export interface KeyedFile {
  /** Printable. */
  readonly path: string;
  /** Octal digits. */
  readonly mode: string;
  readonly owner: string;
  readonly hash: string;
}

/** Volumes by Docker's names. */
export interface HashSession {
  /** The host's clock minus ours, in milliseconds. */
  clockOffset(): Promise<number>;
  hash(volume: string, progress?: (progress: Progress) => void): Promise<VolumeHash>;
  /** What is in a directory (base64, "" for the root) of a volume, as it was when it was hashed. */
  below(volume: string, directory: string): Promise<readonly TreeEntry[]>;
  /** Each file hashed with a key; the contents stay where they are. */
  keyed(volume: string, key: Buffer): Promise<readonly KeyedFile[]>;
  close(): Promise<void>;
}

export interface HashRequest {
  readonly docker: DockerEngine;
  /** They must be there: mounting would make them. */
  readonly volumes: readonly string[];
  readonly clock: Clock;
  readonly moverDir?: string | undefined;
}

const hashReply = z.object({ hash: z.string(), files: z.number(), bytes: z.number(), changing: z.array(z.base64()) });
const belowReply = z.object({ entries: z.array(treeEntry) });
const keyedReply = z.object({
  files: z.array(z.object({ path: z.base64(), mode: z.number(), owner: z.string(), mac: z.string() })),
});
const clockReply = z.object({ clockMs: z.number() });
const progressLine = z.object({ progress: z.object({ read: z.number(), totalRead: z.number() }) });

export async function openHashSession({ docker, volumes, clock, moverDir }: HashRequest): Promise<HashSession> {
  const mounts = volumes.map((name, i) => ({ name, path: `/volumes/${i}` }));
  const args = ["hash", ...mounts.flatMap(({ name, path }) => ["--volume", `${name}=${path}`])];
  const mover = await attachMover(docker, { args, volumes: mounts, capabilities: readingCapabilities, moverDir });
  const failed = (reason: string): DrayageError =>
    new DrayageError("DOCKER_FAILED", `volumes could not be read: ${reason}`, { subject: docker.host });
  let onProgress: ((progress: Progress) => void) | undefined;
  const lines = moverLines(
    mover.attached.stdin,
    mover.attached.stdout,
    () => failed("the helper ended, or the connection to it was cut"),
    (line) => {
      const told = progressLine.safeParse(line).data?.progress;
      if (told !== undefined) onProgress?.({ done: told.read, total: told.totalRead, unit: "bytes" });
    },
  );
  mover.attached.stderr.resume();
  const ask = async (request: Line): Promise<unknown> => {
    const reply = await lines.ask(request);
    if (reply.ok !== true) throw failed(String(reply.error));
    return reply.reply;
  };
  /** Progress belongs to the one volume that is read. */
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work);
    turn = mine.catch(() => undefined);
    return mine;
  };
  return {
    clockOffset: () =>
      inTurn(async () => {
        const before = clock.now();
        const { clockMs } = clockReply.parse(await ask({ op: "clock" }));
        return Math.round(clockMs - (before + clock.now()) / 2);
      }),
    hash: (volume, progress) =>
      inTurn(async () => {
        onProgress = progress;
        const { changing, ...told } = hashReply.parse(await ask({ op: "hash", volume }));
        onProgress = undefined;
        return { ...told, changing: changing.map(printablePath) };
      }),
    below: (volume, path) => inTurn(async () => belowReply.parse(await ask({ op: "below", volume, path })).entries),
    keyed: (volume, key) =>
      inTurn(async () => {
        const { files } = keyedReply.parse(await ask({ op: "keyed", volume, key: key.toString("base64") }));
        return files.map(({ path, mode, owner, mac }) => ({
          path: printablePath(path),
          mode: mode.toString(8).padStart(4, "0"),
          owner,
          hash: mac,
        }));
      }),
    close: () => mover.close(),
  };
}

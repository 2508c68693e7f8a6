/**
 * A volume's copy rounds kept in a file instead of being sent to another host: what a move carries, with all its fidelity, to be
 * played into an empty volume later.
 */

import { createHash } from "node:crypto";
import { type Readable, Transform } from "node:stream";
import { finished } from "node:stream/promises";
import { z } from "zod";
import { DrayageError } from "../../spec/drayage-error";
import { type CopyEnd, openCopyEnd } from "../data/copy-end";
import { requireVolume } from "../data/measure-volumes";
import { printablePath } from "../data/printable-path";
import type { DockerEngine } from "../docker/docker-engine";
import { readingCapabilities, writingCapabilities } from "../host/mover-container";
import type { Progress } from "../report";

export interface VolumeRecording {
  /** What is recorded, while it is recorded; ends after `finish`. */
  readonly content: Readable;
  /** Adds what changed since the last round. `final`: nothing writes any more. @throws MOVE_REFUSED, VERIFY_FAILED */
  round(options: { readonly final: boolean }): Promise<RecordedRound>;
  /** The hash of what was recorded; files whose times did not move since are not read again. */
  root(): Promise<TreeRoot>;
  /** Rounds so far. */
  readonly rounds: number;
  /** Ends the content and says what it came to; nothing more can be recorded. */
  finish(): Promise<RecordingFile>;
  close(): Promise<void>;
}

export interface RecordingFile {
  readonly fileBytes: number;
  /** Of all its bytes, in hex. */
  readonly sha256: string;
}

export interface RecordedRound {
  /** Written to the recording. */
  readonly bytes: number;
  /** Files that changed while they were read. */
  readonly changing: readonly string[];
}

export interface TreeRoot {
  readonly rootHash: string;
  /** Of the regular files together. */
  readonly bytes: number;
  readonly files: number;
}

const roundReply = z.object({ bytes: z.number(), changed: z.array(z.string()).optional() });
const rootReply = z.object({ root: z.string(), files: z.number(), bytes: z.number() });
const applied = z.object({ round: z.number(), refusedTotal: z.number().optional() });
const path = "/volume";

/** @throws NOT_FOUND, MOVE_FAILED */
export async function recordVolume(
  docker: DockerEngine,
  volume: string,
  { onProgress, moverDir }: { onProgress?: (progress: Progress) => void; moverDir?: string | undefined } = {},
): Promise<VolumeRecording> {
  await requireVolume(docker, volume);
  const volumes = [{ name: volume, path }];
  const end = await openCopyEnd(docker, "source", {
    args: ["send", "--volume", path],
    volumes,
    capabilities: readingCapabilities,
    moverDir,
  });
  let length = 0;
  const hash = createHash("sha256");
  let rounds = 0;
  const content = new Transform({
    highWaterMark: 1 << 20,
    transform(chunk: Buffer, _encoding, done) {
      length += chunk.length;
      hash.update(chunk);
      done(null, chunk);
    },
  });
  end.mover.attached.stdout.on("error", (error: Error) => content.destroy(error));
  end.mover.attached.stdout.pipe(content);
  let finishing = false;
  end.death.catch((error: Error) => void (finishing || content.destroy(error)));
  // With nobody to take its bytes the mover would never answer, and what was held for a last round would be held for ever.
  const broken = new Promise<never>((_, reject) => content.once("error", reject));
  broken.catch(() => undefined);
  const unlessBroken = <T>(work: Promise<T>): Promise<T> => Promise.race([work, broken]);
  end.listen((line) => report(line, onProgress));
  return {
    content,
    get rounds() {
      return rounds;
    },
    async round({ final }) {
      const reply = roundReply.parse(await unlessBroken(end.ask({ op: "round", final })));
      rounds += 1;
      const changing = (reply.changed ?? []).map(printablePath);
      if (final && changing.length > 0) throw notQuiet(docker, volume, changing);
      return { bytes: reply.bytes, changing };
    },
    async root() {
      const { root, files, bytes } = rootReply.parse(await unlessBroken(end.ask({ op: "root", full: false })));
      return { rootHash: root, files, bytes };
    },
    async finish() {
      finishing = true;
      // Answers and bytes come by two pipes: only their end says that all bytes are here.
      const { stdin, stdout } = end.mover.attached;
      stdin.end();
      await unlessBroken(finished(stdout));
      await end.close();
      return { fileBytes: length, sha256: hash.digest("hex") };
    },
    close: () => end.close(),
  };
}

/** Plays a recording into an empty volume and reads back every byte of it. @throws DATA_PROTECTED DISK_FULL EXPORT_UNREADABLE MOVE_FAILED */
export async function playVolume(
  docker: DockerEngine,
  volume: string,
  recording: RecordingFile & { readonly content: Readable; readonly rounds: number },
  { signal, onBytes, moverDir }: { signal?: AbortSignal; onBytes?: (done: number) => void; moverDir?: string | undefined } = {},
): Promise<TreeRoot> {
  await requireVolume(docker, volume);
  const volumes = [{ name: volume, path, writable: true }];
  const end = await openCopyEnd(docker, "target", {
    args: ["receive", "--volume", path],
    volumes,
    capabilities: writingCapabilities,
    moverDir,
  });
  try {
    const arrived = allApplied(end, recording.rounds);
    const stopped = aborted(signal);
    await Promise.race([Promise.all([feed(recording, end, onBytes), arrived]), end.death, stopped]);
    const reply = rootReply.parse(await Promise.race([end.command({ op: "root", full: true }), end.death, stopped]));
    return { rootHash: reply.root, files: reply.files, bytes: reply.bytes };
  } finally {
    recording.content.destroy();
    await end.close();
  }
}

function allApplied(end: CopyEnd, rounds: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let done = 0;
    end.listen((line) => {
      const parsed = applied.safeParse(line.applied);
      if (!parsed.success) return;
      if ((parsed.data.refusedTotal ?? 0) > 0)
        reject(
          new DrayageError("MOVE_REFUSED", "the target cannot hold all that was exported", { hint: "Another file system may." }),
        );
      done += 1;
      if (done === rounds) resolve();
    });
  });
}

/** With backpressure, and without ending the stdin that orders still go through. @throws EXPORT_UNREADABLE */
async function feed(
  { content, fileBytes, sha256 }: RecordingFile & { readonly content: Readable },
  end: CopyEnd,
  onBytes: ((done: number) => void) | undefined,
): Promise<void> {
  const { stdin } = end.mover.attached;
  const hash = createHash("sha256");
  let done = 0;
  for await (const chunk of content as AsyncIterable<Buffer>) {
    done += chunk.length;
    hash.update(chunk);
    onBytes?.(done);
    if (!stdin.write(chunk)) await new Promise<void>((resolve) => stdin.once("drain", resolve));
  }
  // Else the mover would wait for the rest of a frame that never comes.
  if (done === fileBytes && hash.digest("hex") === sha256) return;
  const what = done === fileBytes ? "has other content than was written" : `has ${done} bytes instead of ${fileBytes}`;
  throw new DrayageError("EXPORT_UNREADABLE", `The recording ${what}.`, { hint: "Take another export: it cannot be trusted." });
}

function aborted(signal: AbortSignal | undefined): Promise<never> {
  const stopped = new Promise<never>((_, reject) => {
    const stop = () => reject(new DrayageError("CANCELLED", "Stopped."));
    if (signal?.aborted) stop();
    signal?.addEventListener("abort", stop, { once: true });
  });
  stopped.catch(() => undefined);
  return stopped;
}

function report(line: Readonly<Record<string, unknown>>, onProgress: ((progress: Progress) => void) | undefined): void {
  const progress = line.progress as { read: number; totalRead: number } | undefined;
  if (progress) onProgress?.({ done: progress.read, total: progress.totalRead, unit: "bytes" });
}

function notQuiet({ host }: DockerEngine, volume: string, changing: readonly string[]): DrayageError {
  return new DrayageError("VERIFY_FAILED", `something still writes: ${changing.slice(0, 3).join(", ")}`, {
    subject: `${volume} on ${host}`,
    hint: "A container that is not ours has it mounted: docker ps --filter volume=…",
  });
}

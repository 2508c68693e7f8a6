/**
 * All volumes of a workload as of one moment, into a folder. Nearly everything is copied while its services run; then they stand still
 * for as long as the last changes take.
 */
import { Readable } from "node:stream";
import { DrayageError } from "../../spec/drayage-error";
import type { DockerEngine } from "../docker/docker-engine";
import type { Progress } from "../report";
import type { RunContext } from "../run-context";
import { type ExportedVolume, type ExportManifest, exportName, manifestName } from "./export-manifest";
import { type ExportStore, within } from "./export-store";
import { recordVolume, type VolumeRecording } from "./volume-recording";

export interface ExportRequest {
  readonly docker: DockerEngine;
  /** Name in the program → Docker's name. */
  readonly volumes: Readonly<Record<string, string>>;
  /** Running containers that mount one of them. */
  readonly writers: readonly Writer[];
  /** How they are held; live: not at all. */
  readonly consistency: ExportManifest["consistency"];
  /** Everything of the manifest that is known before. */
  readonly about: Pick<ExportManifest, "workload" | "identity" | "project" | "stack" | "host" | "machineId" | "receipt">;
  readonly store: ExportStore;
  /** Before the last live round: writes what services hold in memory. */
  readonly flush: () => Promise<void>;
  readonly context: RunContext;
  readonly progress?: (volume: string, progress: Progress) => void;
  readonly moverDir?: string | undefined;
}

export interface Writer {
  readonly id: string;
  readonly stopGraceSeconds?: number;
}

export interface ExportedWorkload {
  /** Folder in the store. */
  readonly name: string;
  readonly manifest: ExportManifest;
}

/** Live rounds end when the next one would save nothing. */
const maximumRounds = 4;
const settledBytes = 4e6;

/** @throws NAME_TAKEN EXPORT_FAILED DISK_FULL MOVE_REFUSED VERIFY_FAILED CANCELLED; services run on whatever happens */
export async function exportWorkload(request: ExportRequest): Promise<ExportedWorkload> {
  const { store, context, about, consistency } = request;
  const name = exportName(about.workload, isoNow(context));
  const recordings = new Map<string, VolumeRecording>();
  const written: Promise<void>[] = [];
  try {
    for (const [volume, dockerName] of Object.entries(request.volumes)) {
      const onProgress = (progress: Progress) => request.progress?.(volume, progress);
      const recording = await recordVolume(request.docker, dockerName, { onProgress, moverDir: request.moverDir });
      recordings.set(volume, recording);
      const file = store.write(within(name, fileOf(volume)), recording.content, context.signal);
      file.catch((error: Error) => void recording.content.destroy(error));
      written.push(file);
      await liveRounds(recording, context);
    }
    await request.flush();
    for (const recording of recordings.values()) await recording.round({ final: false });
    const held = await holding(request, () => lastRounds(recordings, consistency));
    const volumes: Record<string, ExportedVolume> = {};
    for (const [volume, recording] of recordings) {
      const root = held.result[volume];
      if (root === undefined) throw new DrayageError("INTERNAL", `volume ${volume} was not hashed`);
      volumes[volume] = { file: fileOf(volume), rounds: recording.rounds, ...root, ...(await recording.finish()) };
    }
    await Promise.all(written);
    const manifest: ExportManifest = {
      ...{ schemaVersion: 1, kind: "drayage export", ...about, at: held.at, consistency, heldSeconds: held.seconds, volumes },
    };
    await store.write(within(name, manifestName), textOf(manifest), context.signal);
    return { name, manifest };
  } catch (error) {
    throw context.signal.aborted
      ? new DrayageError("CANCELLED", "Stopped; what was written is no export.", { subject: name })
      : error;
  } finally {
    await Promise.all([...recordings.values()].map((recording) => recording.close()));
    await Promise.allSettled(written);
  }
}

export const fileOf = (volume: string): string => `${volume}.rounds`;

async function liveRounds(recording: VolumeRecording, { signal }: RunContext): Promise<void> {
  let last = Number.POSITIVE_INFINITY;
  for (let round = 1; round <= maximumRounds; round += 1) {
    signal.throwIfAborted();
    const { bytes } = await recording.round({ final: false });
    if (bytes < settledBytes || bytes > last / 2) return;
    last = bytes;
  }
}

async function lastRounds(
  recordings: ReadonlyMap<string, VolumeRecording>,
  consistency: ExportManifest["consistency"],
): Promise<Record<string, Awaited<ReturnType<VolumeRecording["root"]>>>> {
  const roots = await Promise.all(
    [...recordings].map(async ([volume, recording]) => {
      await recording.round({ final: consistency !== "live" });
      return [volume, await recording.root()] as const;
    }),
  );
  return Object.fromEntries(roots);
}

/** Whatever happens inside, the services run on afterwards. */
async function holding<T>(
  { docker, writers, consistency, context }: ExportRequest,
  act: () => Promise<T>,
): Promise<{ readonly result: T; readonly at: string; readonly seconds: number }> {
  if (consistency === "live") return { result: await act(), at: isoNow(context), seconds: 0 };
  const paused = consistency === "paused";
  const hold = ({ id, stopGraceSeconds }: Writer) =>
    paused ? docker.pauseContainer(id) : docker.stopContainer(id, stopGraceSeconds);
  const release = ({ id }: Writer) => (paused ? docker.unpauseContainer(id) : docker.startContainer(id));
  const began = context.clock.monotonic();
  const held = async () => {
    await Promise.all(writers.map(hold));
    const at = isoNow(context);
    return { result: await act(), at };
  };
  const [outcome] = await Promise.allSettled([held()]);
  const released = await Promise.allSettled(writers.map(release));
  const stuck = released.find((one) => one.status === "rejected");
  if (stuck !== undefined) throw notReleased(docker, stuck.reason);
  if (outcome.status === "rejected") throw outcome.reason;
  return { ...outcome.value, seconds: (context.clock.monotonic() - began) / 1000 };
}

const isoNow = ({ clock }: RunContext): string => new Date(clock.now()).toISOString();

const textOf = (manifest: ExportManifest): Readable =>
  Readable.from([Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`)]);

function notReleased({ host }: DockerEngine, cause: unknown): DrayageError {
  return new DrayageError("EXPORT_FAILED", `a service on ${host} could not be let go on: ${String(cause)}`, {
    subject: host,
    hint: "Run `dray up` now: it brings back what stands still.",
    cause,
  });
}

/**
 * What a move writes into the two host records, as pure functions. The order of the writes is the protocol:
 * openMove (source) → beginArrival (target) → PREPARED (target) → CEDE (source, the pivot) → ADOPTED (target) → release (both).
 */
import type { Arrival, Handover, VolumeRecord, WorkloadRecord } from "../record/host-record";

export interface Peer {
  readonly host: string;
  readonly machineId: string;
  readonly engineId: string;
}

export interface MoveStamp {
  /** The source's lease epoch; PREPARED, CEDE and ADOPTED of one move carry the same. */
  readonly epoch: number;
  /** ISO time, for people only. */
  readonly at: string;
}

/** Marks the source before anything on it changes, so that whoever reads it next knows that a move is open. */
export function openMove(source: WorkloadRecord, to: Peer, stamp: MoveStamp): WorkloadRecord {
  const entry = { epoch: stamp.epoch, step: "move", phase: "intent", at: stamp.at, detail: { ...to } } as const;
  return { ...source, journal: [...source.journal.filter((e) => e.step !== "move"), entry] };
}

/** The peer named by an open move's marker. */
export function openMoveTo(source: WorkloadRecord | undefined): Peer | undefined {
  const detail = source?.journal.find((entry) => entry.step === "move")?.detail;
  if (detail === undefined) return undefined;
  return { host: String(detail.host), machineId: String(detail.machineId), engineId: String(detail.engineId) };
}

/** What ran once per release has run: the releases go along. */
export function beginArrival(
  target: WorkloadRecord,
  from: Peer,
  { volumes, releases }: Pick<WorkloadRecord, "volumes" | "releases">,
  stamp: MoveStamp,
): WorkloadRecord {
  const arrival: Arrival = { epoch: stamp.epoch, machineId: from.machineId, host: from.host, at: stamp.at, rootHash: "" };
  return { ...target, state: "preparing", arrival, volumes: { ...supersededOnly(target.volumes), ...volumes }, releases };
}

export function prepared(target: WorkloadRecord, rootHash: string): WorkloadRecord {
  if (target.arrival === undefined) throw new Error("PREPARED without an arrival");
  return { ...target, state: "prepared", arrival: { ...target.arrival, rootHash } };
}

/** The pivot. From here the target owns the workload, whether or not anybody lives to tell. */
export function ceded(source: WorkloadRecord, to: Peer, rootHash: string, stamp: MoveStamp): WorkloadRecord {
  const handover: Handover = { ...to, epoch: stamp.epoch, at: stamp.at, rootHash };
  const { arrival: _, ...rest } = source;
  return { ...rest, state: "ceded", handover, volumes: mapVolumes(source.volumes, "current", "superseded", stamp.at) };
}

export function adopted(target: WorkloadRecord, stamp: MoveStamp): WorkloadRecord {
  const { handover: _, ...rest } = target;
  return { ...rest, state: "adopted", volumes: mapVolumes(target.volumes, "incoming", "current", stamp.at) };
}

export function releasedTarget(target: WorkloadRecord): WorkloadRecord {
  return { ...target, state: "serving", journal: [] };
}

export function releasedSource(source: WorkloadRecord): WorkloadRecord {
  return { ...source, journal: [] };
}

export function undoneSource(source: WorkloadRecord): WorkloadRecord {
  return { ...source, journal: source.journal.filter((entry) => entry.step !== "move") };
}

/** What is left of a target whose move was undone; undefined when nothing was there before it. */
export function undoneTarget(target: WorkloadRecord): WorkloadRecord | undefined {
  const { arrival: _, ...rest } = target;
  const volumes = supersededOnly(target.volumes);
  if (target.handover === undefined && Object.keys(volumes).length === 0) return undefined;
  return { ...rest, state: "ceded", volumes, journal: [] };
}

/** Names of Docker volumes that an unfinished move made here and nobody ever used. */
export function incomingVolumes(target: WorkloadRecord): readonly string[] {
  return Object.values(target.volumes)
    .filter((volume) => volume.state === "incoming")
    .map((volume) => volume.dockerName);
}

function supersededOnly(volumes: WorkloadRecord["volumes"]): WorkloadRecord["volumes"] {
  const left = Object.entries(volumes).filter(([, volume]) => volume.state === "superseded" || volume.state === "kept");
  return Object.fromEntries(left.map(([name, volume]) => [supersededKey(name, volume), volume]));
}

/** A superseded volume steps aside so that its logical name is free for the one that serves. */
function supersededKey(name: string, volume: VolumeRecord): string {
  return name.includes("@") ? name : `${name}@${volume.dockerName}`;
}

function mapVolumes(volumes: WorkloadRecord["volumes"], from: VolumeRecord["state"], to: VolumeRecord["state"], since: string) {
  return Object.fromEntries(
    Object.entries(volumes).map(([name, volume]) => [name, volume.state === from ? { ...volume, state: to, since } : volume]),
  );
}

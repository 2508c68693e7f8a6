/**
 * What a move writes into the two host records, as pure functions. The order of the writes is the protocol:
 * openMove (source) → beginArrival (target) → PREPARED (target) → CEDE (source, the pivot) → ADOPTED (target) → release (both).
 */
import type { Arrival, ForwardRecord, Handover, Peer, WorkloadRecord } from "../record/host-record";
import { asideWhere } from "../record/retired-workload";

export type { Peer } from "../record/host-record";

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

/** Only where a workload lives may anything of it be decided: everywhere else lies what a move prepared or left. */
export function livesHere({ state }: WorkloadRecord): boolean {
  return state === "serving" || state === "adopted";
}

/** Whether a move has begun here and is not finished; an entry that only a lease has made is none. */
export function hasOpenMove(record: WorkloadRecord): boolean {
  if (openMoveTo(record) !== undefined || record.state === "prepared" || record.state === "adopted") return true;
  return record.state === "preparing" && forgettable(record) !== undefined;
}

/** What a workload takes along from its source. */
export type Arriving = Pick<WorkloadRecord, "volumes" | "releases" | "leftBehind" | "forwardedFrom">;

/** What ran once per release has run: the releases go along, and so does what is still to be cleaned up elsewhere. */
export function beginArrival(
  target: WorkloadRecord,
  from: Peer,
  { volumes, releases, leftBehind = [], forwardedFrom = [] }: Arriving,
  stamp: MoveStamp,
): WorkloadRecord {
  const arrival: Arrival = { epoch: stamp.epoch, machineId: from.machineId, host: from.host, at: stamp.at, rootHash: "" };
  const { removed: _r, leftBehind: _l, forwardedFrom: _f, ...rest } = target;
  const kept = { ...supersededOnly(target.volumes), ...volumes };
  const carried = { ...(leftBehind.length > 0 && { leftBehind }), ...(forwardedFrom.length > 0 && { forwardedFrom }) };
  return withFolders({ ...rest, state: "preparing", arrival, volumes: kept, releases, ...carried }, supersededFolders(target));
}

/** A folder was found empty, and a move begins to fill it. `aside`: the path that the superseded one there has now. */
export function beginFolder(target: WorkloadRecord, path: string, aside: string | undefined, at: string): WorkloadRecord {
  const { [path]: before, ...others } = target.folders ?? {};
  const moved = aside === undefined || before === undefined ? {} : { [aside]: before };
  return { ...target, folders: { ...others, ...moved, [path]: { state: "incoming", since: at } } };
}

/** Without the entry that a lease has just made on a target to which nothing came. */
export function forgettable(target: WorkloadRecord): WorkloadRecord | undefined {
  const empty = target.state === "preparing" && target.arrival === undefined && Object.keys(target.volumes).length === 0;
  return empty ? undefined : target;
}

export function prepared(target: WorkloadRecord, rootHash: string): WorkloadRecord {
  if (target.arrival === undefined) throw new Error("PREPARED without an arrival");
  return { ...target, state: "prepared", arrival: { ...target.arrival, rootHash } };
}

/** The pivot. From here the target owns the workload, whether or not anybody lives to tell. */
export function ceded(source: WorkloadRecord, to: Peer, proved: Proved, stamp: MoveStamp): WorkloadRecord {
  const handover: Handover = { ...to, epoch: stamp.epoch, at: stamp.at, rootHash: proved.rootHash };
  const { arrival: _, forward: _o, forwardedFrom: _f, ...rest } = source;
  const left = (proved.folders ?? []).map((path) => [path, { state: "superseded", since: stamp.at }] as const);
  const volumes = mapVolumes(source.volumes, "current", "superseded", stamp.at);
  return withFolders(
    {
      ...rest,
      state: "ceded",
      handover,
      volumes,
      ...(proved.forward && { forward: { ...proved.forward, to, since: stamp.at } }),
    },
    { ...supersededFolders(source), ...Object.fromEntries(left) },
  );
}

/** What both sides were proved to have alike. */
export interface Proved {
  readonly rootHash: string;
  /** Paths of the folders that were carried. */
  readonly folders?: readonly string[];
  /** What the source shall go on doing for clients that still dial it. Absent: nothing. */
  readonly forward?: Pick<ForwardRecord, "address" | "ports" | "ways">;
}

export function adopted(target: WorkloadRecord, stamp: MoveStamp): WorkloadRecord {
  const { handover: _, forward: _f, ...rest } = target;
  const volumes = mapVolumes(target.volumes, "incoming", "current", stamp.at);
  return withFolders({ ...rest, state: "adopted", volumes }, mapVolumes(target.folders ?? {}, "incoming", "current", stamp.at));
}

/** The source is still to be cleaned, which a run that dies here leaves to the next one. */
export function releasedTarget(target: WorkloadRecord, source: Peer): WorkloadRecord {
  return leaving({ ...target, state: "serving", journal: [] }, source);
}

export function releasedSource(source: WorkloadRecord): WorkloadRecord {
  const { leftBehind: _, ...rest } = source;
  return { ...rest, journal: [] };
}

/** Before CEDE the source alone decides: it takes the mark back and serves. What was prepared on the target waits to be cleaned. */
export function undoneSource(source: WorkloadRecord, target: Peer): WorkloadRecord {
  return leaving({ ...source, journal: source.journal.filter((entry) => entry.step !== "move") }, target);
}

export function cleanedUp(record: WorkloadRecord, peer: Peer): WorkloadRecord {
  const { leftBehind = [], ...rest } = record;
  const others = leftBehind.filter((one) => one.machineId !== peer.machineId);
  return others.length === 0 ? rest : { ...rest, leftBehind: others };
}

/** What is left of a target whose move was undone; undefined when nothing was there before it. */
export function undoneTarget(target: WorkloadRecord): WorkloadRecord | undefined {
  const { arrival: _a, leftBehind: _l, forwardedFrom: _f, ...known } = target;
  const rest = withFolders(known, supersededFolders(target));
  const volumes = supersededOnly(target.volumes);
  if (target.handover !== undefined) return { ...rest, state: "ceded", volumes, journal: [] };
  if (Object.keys(volumes).length === 0) return undefined;
  // Where nothing was ceded there are only volumes of an earlier life, and a later one may begin here.
  return { ...rest, state: "serving", volumes, journal: [], releases: [] };
}

/** Names of Docker volumes that an unfinished move made here and nobody ever used. */
export function incomingVolumes(target: WorkloadRecord): readonly string[] {
  return Object.values(target.volumes)
    .filter((volume) => volume.state === "incoming")
    .map((volume) => volume.dockerName);
}

/** Paths of folders that an unfinished move filled and nobody ever used. */
export function incomingFolders({ folders = {} }: WorkloadRecord): readonly string[] {
  return Object.entries(folders).flatMap(([path, { state }]) => (state === "incoming" ? [path] : []));
}

function supersededFolders({ folders = {} }: WorkloadRecord): Folders {
  return Object.fromEntries(Object.entries(folders).filter(([, { state }]) => state === "superseded"));
}

type Folders = NonNullable<WorkloadRecord["folders"]>;

function withFolders<R extends Pick<WorkloadRecord, "folders">>(record: R, folders: Folders): R {
  const { folders: _, ...rest } = record;
  return (Object.keys(folders).length === 0 ? rest : { ...rest, folders }) as R;
}

function leaving(record: WorkloadRecord, peer: Peer): WorkloadRecord {
  const { leftBehind = [] } = cleanedUp(record, peer);
  return { ...record, leftBehind: [...leftBehind, { host: peer.host, machineId: peer.machineId, engineId: peer.engineId }] };
}

function supersededOnly(volumes: WorkloadRecord["volumes"]): WorkloadRecord["volumes"] {
  const left = Object.entries(volumes).filter(([, volume]) => volume.state === "superseded" || volume.state === "kept");
  return asideWhere(Object.fromEntries(left), () => true);
}

function mapVolumes<V extends { readonly state: string; readonly since: string }>(
  volumes: Readonly<Record<string, V>>,
  from: V["state"],
  to: V["state"],
  since: string,
): Record<string, V> {
  return Object.fromEntries(
    Object.entries(volumes).map(([name, volume]) => [name, volume.state === from ? { ...volume, state: to, since } : volume]),
  );
}

/** What the record of a host keeps of a workload that its stack has destroyed: data, and nothing that decides. Pure. */
import type { VolumeRecord, WorkloadRecord } from "./host-record";

/** undefined: nothing of it is left here. A later life of the workload may begin on any host. */
export function retired(record: WorkloadRecord, at: string): WorkloadRecord | undefined {
  const { handover: _h, arrival: _a, leftBehind: _l, forward: _f, forwardedFrom: _d, folders = {}, ...rest } = record;
  const volumes = Object.entries(record.volumes)
    .filter(([, volume]) => volume.state !== "incoming")
    .map(
      ([name, volume]) => [name, volume.state === "current" ? { ...volume, state: "kept" as const, since: at } : volume] as const,
    );
  if (volumes.length === 0) return undefined;
  const named = asideWhere(Object.fromEntries(volumes), (volume) => volume.state === "superseded");
  // What is incoming is emptied whenever a move finds it: a folder that nobody fills any more is not for us to empty.
  const known = Object.entries(folders).filter(([, folder]) => folder.state !== "incoming");
  const left = known.length === 0 ? {} : { folders: Object.fromEntries(known) };
  return { ...rest, ...left, state: "serving", removed: at, journal: [], volumes: named };
}

/** What steps aside leaves its logical name to the volume that serves, and keeps its own beside it. */
export function asideWhere(
  volumes: WorkloadRecord["volumes"],
  stepsAside: (volume: VolumeRecord) => boolean,
): WorkloadRecord["volumes"] {
  const key = (name: string, volume: VolumeRecord) =>
    stepsAside(volume) && !name.includes("@") ? `${name}@${volume.dockerName}` : name;
  return Object.fromEntries(Object.entries(volumes).map(([name, volume]) => [key(name, volume), volume]));
}

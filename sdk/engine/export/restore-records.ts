/** What a restore writes into the host record, as pure functions: data is nobody's until all of it is there and proved. */
import type { VolumeRecord, WorkloadRecord } from "../record/host-record";

export type IncomingVolumes = Readonly<Record<string, Pick<VolumeRecord, "dockerName" | "keep" | "protect">>>;

/** What was there steps aside, under its own name; what an earlier restore left unfinished is forgotten with its volume. */
export function beginRestore(record: WorkloadRecord, incoming: IncomingVolumes, at: string): WorkloadRecord {
  const volumes = Object.entries(incoming).map(([name, volume]) => [
    incomingKey(name),
    { ...volume, state: "incoming", since: at },
  ]);
  const others = Object.entries(record.volumes).filter(([, volume]) => volume.state !== "incoming");
  return { ...record, volumes: { ...Object.fromEntries(others), ...Object.fromEntries(volumes) } };
}

/** From here the next apply attaches what came in. What served or was kept here before stays, as superseded. */
export function restored(record: WorkloadRecord, at: string): WorkloadRecord {
  const { handover: _h, arrival: _a, forward: _f, ...rest } = record;
  const arrived = Object.entries(record.volumes).filter(([, volume]) => volume.state === "incoming");
  const names = new Set(arrived.map(([key]) => logicalName(key)));
  const before = Object.entries(record.volumes)
    .filter(([, volume]) => volume.state !== "incoming")
    .map(([key, volume]): [string, VolumeRecord] => {
      const aside = `${key}@${volume.dockerName}`;
      if (key.includes("@")) return [key, volume];
      if (volume.state === "superseded") return [aside, volume];
      return names.has(key) ? [aside, { ...volume, state: "superseded", since: at }] : [key, volume];
    });
  const now = arrived.map(([key, volume]): [string, VolumeRecord] => [logicalName(key), { ...volume, state: "kept", since: at }]);
  return { ...rest, state: "serving", journal: [], volumes: Object.fromEntries([...before, ...now]) };
}

export function undoneRestore(record: WorkloadRecord): WorkloadRecord {
  return {
    ...record,
    volumes: Object.fromEntries(Object.entries(record.volumes).filter(([, volume]) => volume.state !== "incoming")),
  };
}

/** Docker's names of what an unfinished restore or move left. */
export const incomingOf = (record: WorkloadRecord): readonly string[] =>
  Object.values(record.volumes).flatMap((volume) => (volume.state === "incoming" ? [volume.dockerName] : []));

/** Beside the volume that serves, until it is proved. */
const incomingKey = (name: string): string => `${name}@incoming`;
const logicalName = (key: string): string => key.replace(/@incoming$/, "");

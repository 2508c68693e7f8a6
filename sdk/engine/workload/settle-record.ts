/** What the host record says of a workload after an apply. Pure. */
import type { Measured } from "../plan/run-plan";
import { withoutCreateIntent } from "../record/create-intent";
import type { Owner, VolumeRecord, WorkloadRecord } from "../record/host-record";
import { canonicalJson } from "./canonical-json";
import { gatesOf } from "./gates/passed-gates";
import { volumeRecord } from "./operate/create-volume";
import { firstStarts, withRelease } from "./receipt";
import type { WantedWorkload } from "./wanted-workload";
import type { Receipt } from "./workload-request";

export interface Settlement {
  readonly owner: Owner;
  readonly wanted: WantedWorkload;
  readonly receipt: Receipt;
  /** ISO time. */
  readonly at: string;
  readonly measured?: Measured;
}

export function settledRecord(before: WorkloadRecord, { owner, wanted, receipt, at, measured }: Settlement): WorkloadRecord {
  const { removed: _, ...record } = before;
  return {
    ...record,
    name: wanted.name,
    owner,
    volumes: settledVolumes(record.volumes, wanted, at),
    releases: withRelease(record.releases, receipt, at, { measured, firstStarts: firstStarts(wanted, measured) }),
    gates: gatesOf(wanted),
    journal: withoutCreateIntent(record.journal),
  };
}

/** Whether the record says all that already, whenever it was written. */
export function isSettled(record: WorkloadRecord, settlement: Settlement): boolean {
  return canonicalJson(settledRecord(record, settlement)) === canonicalJson(record);
}

/** What the program names no more is kept; what a move has superseded stays so. */
function settledVolumes(known: WorkloadRecord["volumes"], wanted: WantedWorkload, at: string): Record<string, VolumeRecord> {
  const volumes: Record<string, VolumeRecord> = {};
  for (const [name, volume] of Object.entries(known)) {
    volumes[name] = volume.state === "current" ? { ...volume, state: "kept", since: at } : volume;
  }
  for (const volume of wanted.volumes) {
    const before = known[volume.name];
    if (volume.external === undefined) {
      volumes[volume.name] = volumeRecord(volume, before?.state === "current" ? before.since : at);
    }
  }
  return volumes;
}

import type { HostRecord, WorkloadRecord } from "../../engine/record/host-record";
import { DrayageError } from "../../spec/drayage-error";
import type { Fleet } from "./fleet";
import type { FleetVolume } from "./list-volumes";
import { stackOwner } from "./stack-owner";
import { withWorkloadLease } from "./workload-lease";

/** @throws DATA_PROTECTED for what is in use, current, protected or somebody else's. */
export function refuseRemoval(volume: FleetVolume): void {
  const why = reasonToKeep(volume);
  if (why === undefined) return;
  throw new DrayageError("DATA_PROTECTED", `${why[0]} Nothing was removed.`, {
    subject: `${volume.name} on ${volume.host}`,
    hint: why[1],
  });
}

function reasonToKeep(volume: FleetVolume): readonly [string, string] | undefined {
  const { foreignOwner, state, usedBy } = volume;
  if (foreignOwner !== undefined)
    return [`It belongs to stack ${foreignOwner.stack} of project ${foreignOwner.project}.`, "Remove it from there."];
  if (state === "current")
    return [
      "It is the data that is in use now.",
      "Take the volume out of the program and run `dray up` first, or `dray destroy`.",
    ];
  if (volume.protect)
    return [
      "The program protects it, or all data on its host.",
      "Take `protect` from the volume, or `protection` from the host, and run `dray up` first.",
    ];
  if (usedBy.length > 0) return [`It is mounted by ${usedBy.join(", ")}.`, "dray ps"];
  return undefined;
}

/** Under the workload's lease, looked at again, data first and record last: a killed run leaves an entry without data, never the reverse. */
export async function removeVolume(fleet: Fleet, volume: FleetVolume): Promise<void> {
  const host = await fleet.connect(volume.host);
  const { identity, workload } = volume;
  const id = fleet.state.workloads.find((it) => it.identity === identity)?.id ?? "";
  await withWorkloadLease(host, { identity, workload, owner: stackOwner(fleet.chosen, id), unrecorded: true }, async (lease) => {
    const state = stateNow(await host.record.read(), volume);
    refuseRemoval({ ...volume, state: state ?? "unrecorded" });
    await lease.assertHeld();
    await host.docker.removeVolume(volume.name);
    await lease.change((record) => forgettable(fleet, withoutVolume(record, volume.name), identity));
  });
}

function stateNow(record: HostRecord, { identity, name }: FleetVolume): FleetVolume["state"] | undefined {
  return Object.values(record.workloads[identity]?.volumes ?? {}).find((it) => it.dockerName === name)?.state;
}

/** Of a destroyed workload nothing is left to know when its last volume is gone. */
function forgettable(fleet: Fleet, record: WorkloadRecord, identity: string): WorkloadRecord | undefined {
  const gone = !fleet.state.workloads.some((it) => it.identity === identity);
  return gone && Object.keys(record.volumes).length === 0 ? undefined : record;
}

export function withoutVolume(record: WorkloadRecord, dockerName: string): WorkloadRecord {
  const rest = Object.entries(record.volumes).filter(([, volume]) => volume.dockerName !== dockerName);
  return { ...record, volumes: Object.fromEntries(rest) };
}

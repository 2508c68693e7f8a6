/** Where a workload was before its last move, as the record of the host where it lives tells. */
import type { WorkloadRecord } from "../../engine/record/host-record";
import { DrayageError } from "../../spec/drayage-error";
import type { Fleet } from "../fleet/fleet";
import type { WorkloadState } from "../state/stack-state";

type Workload = Pick<WorkloadState, "name" | "identity" | "placements">;

/** Yields the program's name of the host. @throws NOT_FOUND when it was never moved */
export async function previousHost(fleet: Pick<Fleet, "hosts" | "connect">, workload: Workload): Promise<string> {
  const { name, identity, placements } = workload;
  /** A host may have another name in the program by now. */
  const nameNow = ({ host, machineId }: { readonly host: string; readonly machineId: string }): string =>
    fleet.hosts.find((it) => it.machineId !== "" && it.machineId === machineId)?.name ?? host;
  const recordOf = async (host: string): Promise<WorkloadRecord | undefined> =>
    (await (await fleet.connect(host)).record.read()).workloads[identity];

  let lives = placements[0]?.name;
  let record = lives === undefined ? undefined : await recordOf(lives);
  // A run that was killed after the hand-over has left the state behind the records.
  if (record?.state === "ceded" && record.handover !== undefined) {
    lives = nameNow(record.handover);
    record = await recordOf(lives);
  }
  if (record?.arrival !== undefined) return nameNow(record.arrival);
  const to = lives === undefined ? "" : ` to ${lives}`;
  throw new DrayageError("NOT_FOUND", `${name} has not been moved${to}: there is nowhere to go back to.`, {
    hint: `dray move ${name} --to HOST`,
  });
}

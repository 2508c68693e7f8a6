/** Whether somebody changed a workload between the look that a move was planned from and the leases that it is made under. */
import { DrayageError } from "../../spec/drayage-error";
import type { HostHandle } from "../host/host-handle";
import { isLeaseHeld } from "../record/is-lease-held";
import { leaseTaken } from "../record/lease-decisions";
import type { BothLeases } from "./both-leases";
import { forgettable, livesHere } from "./move-records";
import type { MoveRequest } from "./move-request";

/** Of both records; 0 where there is no entry. */
export interface Epochs {
  readonly from: number;
  readonly to: number;
}

/**
 * To be read before the look: whoever takes a lease from here on raises one of them.
 * @throws LOCKED while somebody works on it: what is seen then is out of date when he has ended
 */
export async function quietEpochs({ from, to, identity }: MoveRequest): Promise<Epochs> {
  const epochAt = async ({ record, docker, name }: HostHandle): Promise<number> => {
    const entry = (await record.read()).workloads[identity];
    if (entry === undefined) return 0;
    if (entry.lease && (await isLeaseHeld(docker, entry.lease))) throw leaseTaken(entry.lease, { name: entry.name, host: name });
    return entry.epoch;
  };
  const [atSource, atTarget] = await Promise.all([epochAt(from), epochAt(to)]);
  return { from: atSource, to: atTarget };
}

/** Each of our own leases has raised the epoch by one. @throws WORLD_MOVED when somebody else's did too, or it lives elsewhere */
export async function refuseStale(
  { spec, from, to }: MoveRequest,
  before: Epochs,
  { fromLease, toLease }: BothLeases,
): Promise<void> {
  let lives = false;
  await fromLease.change((record) => {
    lives = livesHere(record);
    return record;
  });
  if (lives && fromLease.epoch === before.from + 1 && toLease.epoch === before.to + 1) return;
  await toLease.change(forgettable);
  throw new DrayageError("WORLD_MOVED", `somebody else changed ${spec.name} since the move was planned`, {
    subject: `${spec.name}, ${from.name} → ${to.name}`,
    hint: "Nothing was changed by this run. Run the same command again.",
  });
}

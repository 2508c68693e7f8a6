/** Closes a move that was adopted: from here the target serves by its record, and the source waits to be cleaned. */
import type { Peer, WorkloadRecord } from "../record/host-record";
import type { Lease } from "../record/record-store";
import { observeHost } from "../workload/host-snapshot";
import { withLease } from "../workload/lease-workload";
import type { ApplyRequest } from "../workload/workload-request";
import { peerOf } from "./clean-left";
import { releasedTarget } from "./move-records";
import type { MoveRequest } from "./move-request";

export async function releaseMove(request: MoveRequest): Promise<void> {
  const { from, to } = request;
  await withMoveLease({ ...request, host: to }, (lease) => lease.change((record) => released(record, peerOf(from))));
  observeHost(to).refresh();
}

/** The same record when it was released already. */
export function released(record: WorkloadRecord, source: Peer): WorkloadRecord {
  return record.state === "adopted" ? releasedTarget(record, source) : record;
}

export type LeaseFrom = Pick<ApplyRequest, "host" | "identity" | "owner" | "holder" | "spec">;

export function withMoveLease<T>(
  { host, identity, owner, holder, spec }: LeaseFrom,
  work: (lease: Lease) => Promise<T>,
): Promise<T> {
  return withLease({ host, identity, owner, holder, name: spec.name, purpose: "move" }, work);
}

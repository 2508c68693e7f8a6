/** A move holds the lease of its workload on both hosts, source first. */
import type { Lease } from "../record/record-store";
import { withLease } from "../workload/lease-workload";
import type { MoveRequest } from "./move-request";

export interface BothLeases {
  readonly fromLease: Lease;
  readonly toLease: Lease;
}

/** The target's entry begins as "preparing", so that nobody takes it for a place that serves. @throws LOCKED, OWNED_ELSEWHERE */
export function onBothHosts<T>(request: MoveRequest, work: (leases: BothLeases) => Promise<T>): Promise<T> {
  const { from, to, identity, owner, holder, spec } = request;
  const wish = { identity, owner, holder, name: spec.name, purpose: "move" as const };
  return withLease({ ...wish, host: from }, (fromLease) =>
    withLease({ ...wish, host: to, initialState: "preparing" }, (toLease) => work({ fromLease, toLease })),
  );
}

/** A host leaves the program: what it forwards for this stack ends. */
import type { HostHandle } from "../host/host-handle";
import { observeHost } from "../workload/host-snapshot";
import { withLease } from "../workload/lease-workload";
import { endForward } from "./end-forward";

export interface Forgetting {
  readonly stackUid: string;
  /** For whoever finds it locked: `user@machine pid 123`. */
  readonly holder: string;
}

/** Yields what ended, a line each. */
export async function forgetForwards(host: HostHandle, { stackUid, holder }: Forgetting): Promise<string[]> {
  const { workloads } = await observeHost(host).record();
  const told: string[] = [];
  for (const [identity, { owner, name, forward }] of Object.entries(workloads)) {
    if (owner.stackUid !== stackUid || forward === undefined) continue;
    await withLease({ host, identity, name, owner, holder, purpose: "destroy" }, (lease) =>
      endForward(host.docker, identity, lease),
    );
    told.push(`forwards ${name} no more`);
  }
  if (told.length > 0) observeHost(host).refresh();
  return told;
}

/** A workload was destroyed where it lived: what earlier moves left of it on other hosts decides nothing any more. */
import { removeForwarders } from "../forward/forwarder-container";
import type { HostHandle } from "../host/host-handle";
import { retired } from "../record/retired-workload";
import type { RunContext } from "../run-context";
import { observeHost } from "../workload/host-snapshot";
import { withLease } from "../workload/lease-workload";
import { underLease } from "../workload/under-lease";
import { type CleanRequest, clearTarget, servesThere } from "./clean-left";

/** Superseded volumes stay, and stay recorded; what forwards to nowhere goes. A host of which the record says that it lives there is left alone. */
export async function retireElsewhere(request: CleanRequest & { readonly context: RunContext }, host: HostHandle): Promise<void> {
  const { identity, owner, holder, spec, context } = request;
  const entry = (await observeHost(host).record()).workloads[identity];
  if (entry === undefined || entry.owner.stackUid !== owner.stackUid || entry.removed !== undefined) return;
  if (await servesThere(host, identity, entry)) return;
  await withLease({ host, identity, owner, holder, name: spec.name, purpose: "destroy" }, async (lease) => {
    await clearTarget(host, identity, lease);
    await removeForwarders(underLease(host, () => lease.assertHeld()).docker, identity);
    await lease.change((record) => retired(record, new Date(context.clock.now()).toISOString()));
  });
  observeHost(host).refresh();
}

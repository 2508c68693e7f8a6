/** Hosts that a workload has left forward to where it lives now, and to nowhere else. Failing to see to it fails nothing: it is told, and done next time. */
import { forwardedPorts } from "../../spec/forward";
import type { HostHandle } from "../host/host-handle";
import { peerOf } from "../move/clean-left";
import { forgettable } from "../move/move-records";
import type { ForwardRecord, Peer, WorkloadRecord } from "../record/host-record";
import { observeHost } from "../workload/host-snapshot";
import { withLease } from "../workload/lease-workload";
import { underLease } from "../workload/under-lease";
import type { ApplyRequest } from "../workload/workload-request";
import { decideForward, type ForwardDecision } from "./decide-forward";
import { endForward } from "./end-forward";
import { findWay, unreached } from "./find-way";
import { observedForwarders, startForwarder } from "./forwarder-container";
import { noteForwarding } from "./note-forwarding";
import { waysBetween } from "./ways-between";

export type ForwardRequest = Pick<ApplyRequest, "identity" | "owner" | "holder" | "spec" | "context">;

export interface ForwardChange {
  readonly host: HostHandle;
  readonly decision: Exclude<ForwardDecision, { kind: "none" }>;
}

/** Reads only. Hosts where nothing is to be done are left out; so is `home`, which forwards to nobody. */
export async function forwardChanges(
  request: Pick<ForwardRequest, "identity" | "spec">,
  home: HostHandle,
  old: readonly HostHandle[],
): Promise<ForwardChange[]> {
  const others = old.filter(({ measured }) => measured.machineId !== home.measured.machineId);
  const looked = await Promise.all(
    others.map(async (host) => ({ host, decision: await lookAt(request, home, host, waysBetween(host, home)) })),
  );
  return looked.flatMap(({ host, decision }) => (decision.kind === "none" ? [] : [{ host, decision }]));
}

export async function lookAt(
  { identity, spec }: Pick<ForwardRequest, "identity" | "spec">,
  home: HostHandle,
  host: HostHandle,
  ways?: readonly string[],
): Promise<ForwardDecision> {
  const snapshot = observeHost(host);
  const [record, summaries] = await Promise.all([snapshot.record(), snapshot.containers()]);
  const forwarders = observedForwarders(summaries, identity);
  const wish = { wanted: forwardedPorts(spec), allowed: spec.forward !== false, ...(ways && { ways }) };
  const entry = record.workloads[identity];
  // What a lease alone has made says nothing.
  const known = entry && forgettable(entry);
  return decideForward({ name: spec.name, entry: known, forwarders, home: peerOf(home), ...wish });
}

/** What an up would find on a host that a workload has left. `ends`: it forwards, and shall no more. `no`: it does not, and shall not. */
export async function forwards(
  request: Pick<ForwardRequest, "identity" | "spec">,
  home: HostHandle,
  host: HostHandle,
  ways?: readonly string[],
): Promise<"well" | "amiss" | "ends" | "no"> {
  const { kind } = await lookAt(request, home, host, ways);
  if (kind !== "none") return kind === "remove" ? "ends" : "amiss";
  return (await observeHost(host).record()).workloads[request.identity]?.forward === undefined ? "no" : "well";
}

/** `former`: see noteForwarding. */
export async function keepForwards(
  request: ForwardRequest,
  home: HostHandle,
  old: readonly HostHandle[],
  former: readonly Peer[] = [],
): Promise<void> {
  const { report } = request.context;
  for (const host of old) observeHost(host).refresh();
  const told = (host: HostHandle, error: unknown) =>
    report.say(
      "warning",
      `what ${host === home ? `is forwarded to ${host.name}` : `${host.name} forwards`} is seen to by the next \`dray up\`: ${error instanceof Error ? error.message : error}`,
    );
  const perHost = old.map(async (host) => {
    try {
      const changes = await forwardChanges(request, home, [host]);
      for (const _ of changes) report.say("info", await change(request, home, host));
    } catch (error) {
      told(host, error);
    }
  });
  await Promise.all(perHost);
  try {
    await noteForwarding(request, home, old, former);
  } catch (error) {
    told(home, error);
  }
}

/** Yields what is so now. The decision is made again under the lease. */
async function change(
  { identity, owner, holder, spec, context }: ForwardRequest,
  home: HostHandle,
  host: HostHandle,
): Promise<string> {
  const of = { name: spec.name, identity, owner };
  const at = new Date(context.clock.now()).toISOString();
  try {
    const wish = { host, identity, owner, holder, name: spec.name, purpose: "up" as const, initialState: "preparing" as const };
    return await withLease(wish, async (lease) => {
      observeHost(host).refresh();
      const ways = waysBetween(host, home);
      const decision = await lookAt({ identity, spec }, home, host, ways);
      if (decision.kind === "remove") {
        await endForward(host.docker, identity, lease);
        await lease.change(forgettable);
        return `${host.name} forwards ${spec.name} no more: ${decision.cause}`;
      }
      if (decision.kind === "none") {
        await lease.change(forgettable);
        return `${host.name} forwards ${spec.name} as it should`;
      }
      const { ports } = decision;
      const way =
        decision.address === undefined
          ? await findWay(host.docker, { ways, ports, listening: true })
          : { address: decision.address };
      if (way.trouble !== undefined) context.report.say("warning", unreached(host.name, home.name, way.address, way.trouble));
      const forward = { to: peerOf(home), address: way.address, ports, ways };
      await lease.change((record) => withForward(record, forward, at));
      await startForwarder(underLease(host, () => lease.assertHeld()).docker, of, forward);
      return `${host.name} forwards ${ports.join(", ")} of ${spec.name} to ${home.name} (${way.address}): ${decision.cause}`;
    });
  } finally {
    observeHost(host).refresh();
  }
}

function withForward(record: WorkloadRecord, forward: Omit<ForwardRecord, "since">, at: string): WorkloadRecord {
  const since = record.forward?.to.machineId === forward.to.machineId ? record.forward.since : at;
  return { ...record, forward: { ...forward, since } };
}

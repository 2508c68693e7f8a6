/** Where a workload lives its record says which hosts forward to it: so that they follow when it moves on. */
import type { HostHandle } from "../host/host-handle";
import type { Peer, WorkloadRecord } from "../record/host-record";
import { observeHost } from "../workload/host-snapshot";
import { withLease } from "../workload/lease-workload";
import type { ForwardRequest } from "./keep-forwards";

/**
 * `former`: those that forwarded to a host that is lost, whose record nobody can read any more. Who answers and forwards no more is
 * struck out; who does not answer stays.
 */
export async function noteForwarding(
  { identity, owner, holder, spec }: ForwardRequest,
  home: HostHandle,
  old: readonly HostHandle[],
  former: readonly Peer[],
): Promise<void> {
  observeHost(home).refresh();
  const entry = (await observeHost(home).record()).workloads[identity];
  if (entry === undefined) return;
  const done = await Promise.all(old.map(async (host) => ((await forwardsFor(host, identity)) ? [] : [host.measured.machineId])));
  const gone = [home.measured.machineId, ...done.flat()];
  const noted = (record: WorkloadRecord) => withForwardedFrom(record, former, gone);
  if (noted(entry) === entry) return;
  await withLease({ host: home, identity, owner, holder, name: spec.name, purpose: "up" }, (lease) => lease.change(noted));
  observeHost(home).refresh();
}

/** Whether the host's own record asks for it; true where it cannot be read. */
async function forwardsFor(host: HostHandle, identity: string): Promise<boolean> {
  try {
    return (await observeHost(host).record()).workloads[identity]?.forward !== undefined;
  } catch {
    return true;
  }
}

/** The same record where it says so already. The host that it left last is at the end. */
function withForwardedFrom(
  record: WorkloadRecord,
  former: readonly Peer[],
  gone: readonly (string | undefined)[],
): WorkloadRecord {
  const { forwardedFrom: noted = [], ...rest } = record;
  const isNew = ({ machineId }: Peer) => noted.every((one) => one.machineId !== machineId);
  const now = [...former.filter(isNew), ...noted].filter(({ machineId }) => !gone.includes(machineId));
  if (now.length === noted.length && now.every((one, index) => one === noted[index])) return record;
  return now.length === 0 ? rest : { ...rest, forwardedFrom: now };
}

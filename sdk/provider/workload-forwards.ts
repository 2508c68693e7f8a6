/** Which hosts forward to a workload, by their names in the program, the one that it left last at the end. */
import { waysBetween } from "../engine/forward/ways-between";
import { forwardedPorts } from "../spec/forward";
import type { HostRefSpec } from "../spec/host";
import type { Hosts, PeerHost, WorkloadDoor, WorkloadWish } from "./engine-doors";
import type { WorkloadState } from "./workload-state";

type Door = Pick<WorkloadDoor, "forwardedFrom" | "forwards">;

/** After the up that is planned. */
export async function willForward(door: Door, hosts: Pick<Hosts, "find">, wish: WorkloadWish): Promise<string[]> {
  const { identity, source, target, spec, running, old = [], former = [] } = wish;
  const noted = await door.forwardedFrom(source ?? target, identity);
  const looked = await Promise.all(old.map(async (host) => ({ host, seen: await door.forwards(host, target, wish) })));
  const ended = looked.flatMap(({ host, seen }) => (seen === "no" || seen === "ends" ? [host.measured.machineId] : []));
  const before = [...former, ...noted].filter(({ machineId }) => !ended.includes(machineId));
  const names = [...new Set(namesOf(before, hosts))].filter((it) => it !== target.name);
  if (source === undefined) return names;
  const { services } = running?.spec ?? spec;
  const { ports } = forwardedPorts({ services, ...(spec.forward === false && { forward: false }) });
  const forwards = ports.length > 0 && waysBetween(source, target).length > 0;
  return forwards ? [...names.filter((it) => it !== source.name), source.name] : names;
}

/** A host may have been renamed in the program since it was written down. */
export function namesOf(peers: readonly PeerHost[], hosts: Pick<Hosts, "find">): string[] {
  return peers.map((peer) => hosts.find(peer)?.name ?? peer.host);
}

/** The same hosts as they are reached, for the day on which the host where it lives is lost and its record with it. */
export function refsOf(peers: readonly PeerHost[], hosts: Pick<Hosts, "find">, state: WorkloadState | undefined): HostRefSpec[] {
  const known = [...(state?.formerHosts ?? []), ...Object.values(state?.placements ?? {})];
  return peers.flatMap((peer) => {
    const ref = hosts.find(peer) ?? known.find(({ machineId }) => machineId === peer.machineId);
    return ref === undefined ? [] : [ref];
  });
}

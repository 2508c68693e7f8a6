/** After a move the old host carries on what clients send to it: which ports that is, and at which addresses it may find the new host. Pure. */
import type { HostConnection } from "./host";
import { type HostTraitsInput, hostTraits, publishedAddress } from "./host-traits";
import { describePort, isLoopback, isWildcard, type PortSpec } from "./port";
import { isUnknown } from "./unknown";
import type { WorkloadSpec } from "./workload";

export interface ForwardedPorts {
  /** Ports of the host, TCP, ascending. */
  readonly ports: readonly number[];
  /** `53/udp`, and ports published at one address: that address is the old host's own, and stays there. */
  readonly left: readonly string[];
}

/** Nothing where the program says `forward: false`. */
export function forwardedPorts({ services, forward }: Pick<WorkloadSpec, "services" | "forward">): ForwardedPorts {
  if (forward === false) return { ports: [], left: [] };
  const published = Object.values(services).flatMap((service) => service.ports.filter((port) => !isUnknown(port.published)));
  const ports = published.filter(canBeForwarded).map((port) => port.published);
  return {
    ports: [...new Set(ports)].sort((a, b) => a - b),
    left: published.filter((port) => !canBeForwarded(port)).map(describePort),
  };
}

function canBeForwarded({ address, protocol }: PortSpec): boolean {
  return protocol === "tcp" && isWildcard(address);
}

export interface ReachedHost {
  readonly connection: HostConnection;
  /** Absent: none written. */
  readonly traits?: HostTraitsInput | undefined;
}

/**
 * Best first: the private address where both have one; where ssh finds that very machine; where its clients do. What leads back is
 * left out: a loopback address is the old host itself there, and so is what both have in common, as the name of a service is for a while.
 */
export function waysTo(from: ReachedHost, to: ReachedHost): string[] {
  const [own, other] = [hostTraits(from.traits), hostTraits(to.traits)];
  const ways = [own.privateAddress === undefined ? undefined : other.privateAddress, dialled(to), publishedAddress(other)];
  const back = [own.privateAddress, dialled(from), publishedAddress(own), ...own.publishedAddresses];
  return [...new Set(ways)].filter(
    (way): way is string => way !== undefined && !isUnknown(way) && !leadsBack(way) && !back.includes(way),
  );
}

function dialled({ connection }: ReachedHost): string | undefined {
  return connection.kind === "ssh" ? connection.address : undefined;
}

function leadsBack(address: string): boolean {
  return isLoopback(address) || isWildcard(address) || address.toLowerCase() === "localhost";
}

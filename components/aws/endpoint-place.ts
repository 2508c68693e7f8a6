/** At which of its hosts a service's address is. Pure. */

export interface EndpointHost {
  /** The program's name for it. */
  readonly name: string;
  /** `""` once it is retired. */
  readonly networkInterfaceId: string;
  readonly privateIpAddress: string;
}

export interface Whereabouts {
  /** Name of the host where the workload lives. */
  readonly lives: string;
  /** Names of hosts that forward to it, the one that it left last at the end. */
  readonly forwarding: readonly string[];
}

/**
 * Where it lives; else at the host that it left last and that forwards from there: whoever dials the address still reaches it.
 * Undefined: no host of these has anything to do with it.
 */
export function endpointPlace(hosts: readonly EndpointHost[], { lives, forwarding }: Whereabouts): EndpointHost | undefined {
  const there = hosts.filter(({ networkInterfaceId }) => networkInterfaceId !== "");
  const named = (name: string | undefined) => there.find((host) => host.name === name);
  return named(lives) ?? named(forwarding.findLast((name) => named(name) !== undefined));
}

/** Said where it is not at the host where the workload lives; undefined where it is. */
export function endpointNote(workload: string, at: EndpointHost | undefined, { lives }: Whereabouts): string | undefined {
  if (at?.name === lives) return undefined;
  const outside = `${workload} lives on ${lives}, which is none of this endpoint's hosts`;
  return at === undefined
    ? `${outside}: its address leads nowhere`
    : `${outside}: its address stays at ${at.name}, which forwards to ${lives}`;
}

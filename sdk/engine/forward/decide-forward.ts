/** What has to be done about the forwarder of a workload on a host that it has left. Pure. */
import { isDeepStrictEqual } from "node:util";
import type { ForwardedPorts } from "../../spec/forward";
import type { Peer, WorkloadRecord } from "../record/host-record";
import type { ObservedForwarder } from "./forwarder-container";

export interface ForwardFacts {
  /** The workload's name in the program. */
  readonly name: string;
  /** What the old host's record says of it. */
  readonly entry: WorkloadRecord | undefined;
  readonly forwarders: readonly ObservedForwarder[];
  /** Where it lives. */
  readonly home: Peer;
  /** What the program says now. */
  readonly wanted: ForwardedPorts;
  /** Whether the program lets it be forwarded at all. */
  readonly allowed: boolean;
  /** Addresses at which the home may be found from there, best first. Absent: not known, so what is dialled is not judged. */
  readonly ways?: readonly string[];
}

export type ForwardDecision =
  | { readonly kind: "none" }
  | {
      readonly kind: "start";
      /** Undefined: one of the ways has to be chosen. */
      readonly address: string | undefined;
      readonly ports: readonly number[];
      readonly cause: string;
    }
  | { readonly kind: "remove"; readonly cause: string };

/** What a record does not ask for is no wish: somebody has ended it. While a move back prepares, it goes on. */
export function decideForward({ name, entry, forwarders, home, wanted, allowed, ways }: ForwardFacts): ForwardDecision {
  const asked = entry?.forward;
  if (entry !== undefined && entry.state !== "ceded") return { kind: "none" };
  if (asked === undefined) return forwarders.length === 0 ? { kind: "none" } : { kind: "remove", cause: "it was ended" };
  if (!allowed) return { kind: "remove", cause: "the program says `forward: false`" };
  const ports = asked.ports.filter((port) => wanted.ports.includes(port));
  if (ports.length === 0) return { kind: "remove", cause: `${name} publishes none of its ports any more` };
  if (ways?.length === 0) return { kind: "remove", cause: `${home.host} has no address that another host can dial` };
  const followed = asked.to.machineId === home.machineId;
  const among = ways === undefined || ways.includes(asked.address);
  const known = followed && among && (ways === undefined || isDeepStrictEqual([...(asked.ways ?? ways)], [...ways]));
  const start = (cause: string): ForwardDecision => ({ kind: "start", address: known ? asked.address : undefined, ports, cause });
  if (!followed) return start(`${name} lives on ${home.host} now`);
  if (!known) return start(among ? `${home.host} may be reached otherwise now` : `${home.host} is reached otherwise now`);
  if (ports.length < asked.ports.length) return start(`${name} publishes fewer ports`);
  const [only, ...more] = forwarders;
  if (only === undefined) return start("it is gone");
  if (!only.running) return start("it does not run");
  const asAsked = more.length === 0 && isDeepStrictEqual(only.made, { address: asked.address, ports: [...ports] });
  return asAsked ? { kind: "none" } : start("it forwards otherwise than recorded");
}

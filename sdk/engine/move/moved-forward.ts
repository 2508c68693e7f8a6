/** The part of a move that is for clients of the source's address: what it shall forward, whether it reaches the target, its forwarder. */
import { forwardedPorts } from "../../spec/forward";
import { findWay, unreached } from "../forward/find-way";
import { createForwarder, startForwarder } from "../forward/forwarder-container";
import { waysBetween } from "../forward/ways-between";
import type { ExecutorContext } from "../plan/run-plan";
import type { Peer } from "../record/host-record";
import { underLease } from "../workload/under-lease";
import type { MoveFacts } from "./move-facts";
import type { MoveRequest } from "./move-request";
import type { MoveSides } from "./move-run";

/** Looks from the source; changes nothing. `listening`: something of ours answers on the target's ports now, as a forwarder does. */
export async function movedForward(
  { from, to, spec, forward }: Pick<MoveRequest, "from" | "to" | "spec" | "forward">,
  { listening }: { readonly listening: boolean },
): Promise<Pick<MoveFacts, "forward" | "unforwarded">> {
  const { ports, left } = forwardedPorts({
    services: spec.services,
    ...((forward ?? spec.forward) === false && { forward: false }),
  });
  const unforwarded = left.length === 0 ? {} : { unforwarded: left };
  if (ports.length === 0) return unforwarded;
  const ways = waysBetween(from, to);
  if (ways.length === 0) return { unforwarded: [...ports.map((port) => `${port}/tcp`), ...left] };
  const way = await findWay(from.docker, { ways, ports, listening });
  return { forward: { ...way, ports, ways }, ...unforwarded };
}

/** Hosts that shall forward to the target: those that forward to the source, and the source. */
export function forwardingHosts({ facts, source }: Pick<MoveSides, "facts" | "source">): readonly Peer[] {
  const others = [facts.from, facts.to].map(({ machineId }) => machineId);
  const before = (source.forwardedFrom ?? []).filter(({ machineId }) => !others.includes(machineId));
  return facts.forward === undefined ? before : [...before, facts.from];
}

export function makeForwarder(sides: MoveSides, context: ExecutorContext): Promise<void> {
  return withForwarder(sides, context, "made", createForwarder);
}

export function beginForwarding(sides: MoveSides, context: ExecutorContext): Promise<void> {
  const { from, facts } = sides;
  const { address = "", trouble } = facts.forward ?? {};
  if (trouble !== undefined) context.report.say("warning", unreached(from.name, facts.to.host, address, trouble));
  return withForwarder(sides, context, "started", startForwarder);
}

/** The workload does not need it: what fails is told, and the next up sees to it by what CEDE has written. */
async function withForwarder(
  { facts, from, fromLease, identity, owner }: MoveSides,
  context: ExecutorContext,
  what: "made" | "started",
  act: (...it: Parameters<typeof createForwarder>) => Promise<unknown>,
): Promise<void> {
  const { forward, workload: name } = facts;
  if (forward === undefined) return;
  const { docker } = underLease(from, () => fromLease.assertHeld());
  try {
    await act(docker, { name, identity, owner }, { address: forward.address, ports: forward.ports });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    context.report.say("warning", `the forwarder on ${from.name} was not ${what} (\`dray up\` tries again): ${why}`);
  }
}

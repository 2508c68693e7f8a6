/** Ends a move that was interrupted, the way the records decide: back to the source before CEDE, on to the target after it. */
import { DrayageError } from "../../spec/drayage-error";
import type { HostHandle } from "../host/host-handle";
import type { Peer, WorkloadRecord } from "../record/host-record";
import { applyWorkload } from "../workload/apply-workload";
import { observeHost } from "../workload/host-snapshot";
import type { ApplyRequest } from "../workload/workload-request";
import { onBothHosts } from "./both-leases";
import { cedeBack } from "./cede-back";
import { cleanLeft, peerOf } from "./clean-left";
import * as records from "./move-records";
import type { MoveRequest } from "./move-request";
import { standingAlone, standingOf } from "./move-standing";
import { released, releaseMove, withMoveLease } from "./release-move";

export type Settled = "nothing was open" | "undone" | "finished";

export interface SettleOptions {
  /** Carries it back when its gate fails on the target. Absent: it stays there. */
  readonly handBack?: (back: MoveRequest) => Promise<unknown>;
}

/** `request.from` is the host that ceded or was to cede. Nothing open changes nothing. */
export async function settleMove(request: MoveRequest, options: SettleOptions = {}): Promise<Settled> {
  const standing = await standingNow(request);
  if (standing === "undo") {
    await undoMove(request);
    return "undone";
  }
  if (standing === "forward") {
    await finishMove(request, options);
    return "finished";
  }
  return "nothing was open";
}

/**
 * The source takes its mark back and serves; then the target is cleaned. What cannot be cleaned now is written down at the source
 * and is no failure: nothing of it can start. Yields whether all of it is gone.
 */
export async function undoMove(request: MoveRequest): Promise<boolean> {
  const { from, to } = request;
  await takeBack({ ...request, host: from }, peerOf(to));
  await applyWorkload({ ...withoutReview(request), host: from });
  return cleanedOrSaid(request, from, to);
}

/** The same for whoever reaches only one of the hosts. `lost`: the other one. @throws PARTIAL when only the other one can tell. */
export async function settleAlone(request: ApplyRequest, lost: Peer): Promise<Settled> {
  const { host, identity, spec, context } = request;
  observeHost(host).refresh();
  const own = (await host.record.read()).workloads[identity];
  const standing = standingAlone(own);
  if (standing.kind === "settled") return "nothing was open";
  if (standing.kind === "unknown") throw undecided(spec.name, host, lost, own);
  const patient = withoutReview(request);
  if (standing.kind === "undo") await takeBack(request, lost);
  await applyWorkload(patient);
  if (standing.kind === "forward") await withMoveLease(request, (lease) => lease.change((record) => released(record, lost)));
  observeHost(host).refresh();
  const what = standing.kind === "undo" ? `the move to ${lost.host} is undone` : `the move from ${lost.host} is finished`;
  context.report.say(
    "warning",
    `${lost.host} does not answer: ${what}, and ${host.name} serves; what is left there is removed later`,
  );
  return standing.kind === "undo" ? "undone" : "finished";
}

/** Before the workload is destroyed where it lives: nothing starts again, and the other host has nothing to say any more. */
export async function closeMove(request: ApplyRequest, peer: Peer): Promise<void> {
  const own = (await request.host.record.read()).workloads[request.identity];
  const standing = standingAlone(own);
  if (standing.kind === "unknown") throw undecided(request.spec.name, request.host, peer, own);
  if (standing.kind === "undo") await takeBack(request, peer);
  if (standing.kind === "forward") await withMoveLease(request, (lease) => lease.change((record) => released(record, peer)));
}

/** The target owns the workload: adopt what is not adopted yet, bring it up, clean the source. */
async function finishMove(request: MoveRequest, { handBack }: SettleOptions): Promise<void> {
  const { from, to, context } = request;
  const patient = withoutReview(request);
  await onBothHosts(patient, async ({ fromLease, toLease }) => {
    if ((await standingNow(request)) !== "forward") throw movedOn(request);
    const stamp = { epoch: fromLease.epoch, at: new Date(context.clock.now()).toISOString() };
    await toLease.change((record) => (record.state === "prepared" ? records.adopted(record, stamp) : record));
  });
  observeHost(to).refresh();
  try {
    await applyWorkload({ ...patient, host: to });
  } catch (error) {
    throw await cedeBack(patient, error, handBack);
  }
  await releaseMove(patient);
  await cleanedOrSaid(patient, to, from);
}

async function takeBack(request: ApplyRequest, target: Peer): Promise<void> {
  await withMoveLease(request, (lease) =>
    lease.change((record) => {
      if (!records.livesHere(record)) throw movedOn({ ...request, from: request.host });
      return records.undoneSource(record, target);
    }),
  );
  observeHost(request.host).refresh();
}

async function cleanedOrSaid(request: Omit<MoveRequest, "from" | "to">, home: HostHandle, left: HostHandle): Promise<boolean> {
  try {
    await cleanLeft(request, home, left);
    return true;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    request.context.report.say("warning", `what the move left on ${left.name} is removed later: ${why}`);
    return false;
  }
}

async function standingNow({ from, to, identity }: MoveRequest): Promise<"settled" | "undo" | "forward"> {
  observeHost(from).refresh();
  observeHost(to).refresh();
  const [source, target] = await Promise.all([from.record.read(), to.record.read()]);
  const between = { from: peerOf(from).machineId, to: peerOf(to).machineId };
  return standingOf(source.workloads[identity], target.workloads[identity], between).kind;
}

/** What a person reviewed was a move, not its undoing; what must be ended is not cancelled half-way; and it comes up as it ran. */
function withoutReview<R extends Pick<ApplyRequest, "reviewed" | "context">>({
  reviewed: _,
  ...request
}: R): Omit<R, "reviewed"> & { readonly asReleased: true } {
  return { ...request, asReleased: true, context: { ...request.context, signal: new AbortController().signal } };
}

function movedOn({ spec, from }: Pick<MoveRequest, "spec" | "from">): DrayageError {
  return new DrayageError("WORLD_MOVED", `somebody else went on with the move of ${spec.name} meanwhile`, {
    subject: `${spec.name} on ${from.name}`,
    hint: "Nothing was changed by this run. Run the same command again.",
  });
}

function undecided(name: string, host: HostHandle, lost: Peer, own: WorkloadRecord | undefined): DrayageError {
  const told =
    own?.state === "ceded"
      ? `${name} was handed over to ${own.handover?.host ?? lost.host}, which does not answer: what was written there is only there`
      : `a move of ${name} from ${lost.host} to ${host.name} is open, and ${lost.host}, which knows whether it has handed over, does not answer`;
  return new DrayageError("PARTIAL", told, {
    subject: `${name} on ${host.name}`,
    hint: `Bring ${lost.host} back, then run the same command again.`,
  });
}

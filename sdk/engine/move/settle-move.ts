/** Ends a move that was interrupted, the way the two records decide: back to the source before CEDE, on to the target after it. */
import { label } from "../labels";
import { applyWorkload } from "../workload/apply-workload";
import { observeHost } from "../workload/host-snapshot";
import { onBothHosts } from "./both-leases";
import * as records from "./move-records";
import type { MoveRequest } from "./move-request";
import { cleanWorkload } from "./move-run";
import { standingOf } from "./move-standing";

export type Settled = "nothing was open" | "undone" | "finished";

/** `request.from` is the host that ceded or was to cede. Nothing open changes nothing. */
export async function settleMove(request: MoveRequest): Promise<Settled> {
  const { from, to, identity } = request;
  observeHost(from).refresh();
  observeHost(to).refresh();
  const [source, target] = await Promise.all([from.record.read(), to.record.read()]);
  const standing = standingOf(source.workloads[identity], target.workloads[identity]);
  if (standing.kind === "undo") {
    await undoMove(request);
    return "undone";
  }
  if (standing.kind === "forward") {
    await finishMove(request);
    return "finished";
  }
  return "nothing was open";
}

/** Clears the target, then lets an ordinary apply bring the source's containers back. */
export async function undoMove(request: MoveRequest): Promise<void> {
  const { from, to, identity } = request;
  const patient = withoutReview(request);
  await onBothHosts(patient, async ({ fromLease, toLease }) => {
    await cleanWorkload(to, identity, toLease);
    const incoming = records.incomingVolumes((await to.record.read()).workloads[identity] ?? emptyTarget(request));
    const ours = await to.docker.listVolumes({ label: [`${label.identity}=${identity}`] });
    for (const volume of ours.filter((each) => incoming.includes(each.Name))) await to.docker.removeVolume(volume.Name);
    await toLease.change(records.undoneTarget);
    await fromLease.change(records.undoneSource);
  });
  observeHost(to).refresh();
  observeHost(from).refresh();
  await applyWorkload({ ...patient, host: from });
}

/** The target owns the workload: adopt what is not adopted yet, bring it up, clean the source. */
async function finishMove(request: MoveRequest): Promise<void> {
  const { to, context } = request;
  const patient = withoutReview(request);
  await onBothHosts(patient, async ({ fromLease, toLease }) => {
    const stamp = { epoch: fromLease.epoch, at: new Date(context.clock.now()).toISOString() };
    await toLease.change((record) => (record.state === "prepared" ? records.adopted(record, stamp) : record));
  });
  observeHost(to).refresh();
  await applyWorkload({ ...patient, host: to });
  await releaseMove(patient);
}

/** Closes a move that was adopted: the target serves by the records, the source keeps nothing but its superseded data. */
export async function releaseMove(request: MoveRequest): Promise<void> {
  const { from, to, identity } = request;
  await onBothHosts(request, async ({ fromLease, toLease }) => {
    await toLease.change(records.releasedTarget);
    await cleanWorkload(from, identity, fromLease);
    await fromLease.change(records.releasedSource);
  });
  observeHost(from).refresh();
  observeHost(to).refresh();
}

/** What a person reviewed was a move, not its undoing; and what must be ended is not cancelled half-way. */
function withoutReview({ reviewed: _, ...request }: MoveRequest): MoveRequest {
  return { ...request, context: { ...request.context, signal: new AbortController().signal } };
}

function emptyTarget({ spec, owner }: MoveRequest) {
  return { name: spec.name, owner, epoch: 0, state: "preparing" as const, volumes: {}, journal: [], releases: [] };
}

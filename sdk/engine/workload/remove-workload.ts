/** Takes a workload off one host. Its data stays, unless the program says that it may go. */
import { DrayageError } from "../../spec/drayage-error";
import type { Plan } from "../plan/plan";
import { runPlan } from "../plan/run-plan";
import { isLeftover } from "../record/create-intent";
import type { Owner } from "../record/host-record";
import { isForeign } from "../record/lease-decisions";
import type { Lease } from "../record/record-store";
import { retired } from "../record/retired-workload";
import { workloadExecutors } from "./executors";
import { refuseMore } from "./hold-to-review";
import { observeHost } from "./host-snapshot";
import { withLease } from "./lease-workload";
import { observeWorkload } from "./observe-workload";
import type { ObservedWorkload } from "./observed-workload";
import { planRemoval } from "./plan-removal";
import { namesOf } from "./preview-workload";
import { underLease } from "./under-lease";
import { type WantedWorkload, wantedWorkload } from "./wanted-workload";
import type { RemovalOutcome, RemovalRequest } from "./workload-request";
import { subjectOf } from "./workload-world";

/** What `removeWorkload` would do now. Reads only. */
export async function previewRemoval(request: RemovalRequest): Promise<Plan> {
  return (await prepareRemoval(request)).plan;
}

/**
 * Only the resource that owns the workload removes it: where a newer one has taken it over, this does nothing and says so.
 * @throws DATA_PROTECTED, WORLD_MOVED before anything is stopped; LOCKED, OWNED_ELSEWHERE
 */
export async function removeWorkload(request: RemovalRequest): Promise<RemovalOutcome> {
  const { host, identity, owner, holder, spec } = request;
  const { observed, plan, ownedBy } = await prepareRemoval(request);
  if (ownedBy) return { plan, measured: undefined, kept: [], ownedBy };
  if (plan.operations.length === 0 && observed.record === undefined) return { plan, measured: undefined, kept: [] };
  return withLease({ host, identity, name: spec.name, owner, holder, purpose: "destroy" }, (lease) =>
    removeUnderLease(request, lease),
  );
}

async function removeUnderLease(request: RemovalRequest, lease: Lease): Promise<RemovalOutcome> {
  const { host, context, owner, secrets, images, configs } = request;
  observeHost(host).refresh();
  const { wanted, plan, ownedBy } = await prepareRemoval(request);
  if (ownedBy) throw takenOver(request);
  refuseMore(request, plan);
  context.report.plan(plan);
  const world = { host: underLease(host, () => lease.assertHeld()), wanted, owner, secrets, images, configs, locked: {}, lease };
  try {
    const measured = await runPlan(plan, workloadExecutors(world), context, { onBefore: () => lease.assertHeld() });
    await lease.change((record) => retired(record, new Date(context.clock.now()).toISOString()));
    const kept = plan.operations.filter((one) => one.kind === "keep volume").map((one) => one.subject);
    return { plan, measured, kept };
  } finally {
    observeHost(host).refresh();
  }
}

interface PreparedRemoval {
  readonly observed: ObservedWorkload;
  readonly wanted: WantedWorkload;
  readonly plan: Plan;
  readonly ownedBy: Owner | undefined;
}

async function prepareRemoval(request: RemovalRequest): Promise<PreparedRemoval> {
  const observed = await observeWorkload(request.host, request.identity);
  const wanted = wantedWorkload({ ...namesOf(observed), ...request });
  const plan = planRemoval(wanted, observed, { leftover: request.leftover });
  const ownedBy = otherOwner(request, observed);
  return { observed, wanted, plan: ownedBy ? { ...plan, kind: "none", operations: [], notes: [] } : plan, ownedBy };
}

/**
 * A replacement that was created before its predecessor is deleted owns what is here. Who made what a killed create left is known
 * to nobody: only that it was this stack, and that it has not settled since it was found.
 */
function otherOwner({ owner, leftover }: RemovalRequest, { record }: ObservedWorkload): Owner | undefined {
  if (record === undefined) return undefined;
  const other = record.owner;
  const foreign = isForeign(other, { ...owner, id: "" });
  if (leftover) return foreign || !isLeftover(record, owner) ? other : undefined;
  return other.stackUid === owner.stackUid && other.id !== owner.id ? other : undefined;
}

function takenOver(request: RemovalRequest): DrayageError {
  return new DrayageError(
    "WORLD_MOVED",
    `${request.spec.name} was taken over by a newer resource meanwhile; nothing was removed.`,
    {
      subject: subjectOf({ wanted: { name: request.spec.name } as WantedWorkload, host: request.host }),
      hint: "Run the same command again.",
    },
  );
}

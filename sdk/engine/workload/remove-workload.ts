/** Takes a workload off one host. Its data stays, unless the program says that it may go. */
import { DrayageError } from "../../spec/drayage-error";
import type { Plan } from "../plan/plan";
import { runPlan } from "../plan/run-plan";
import type { Lease } from "../record/record-store";
import { workloadExecutors } from "./executors";
import { observeHost } from "./host-snapshot";
import { withLease } from "./lease-workload";
import { observeWorkload } from "./observe-workload";
import type { ObservedWorkload } from "./observed-workload";
import { planRemoval } from "./plan-removal";
import { namesOf } from "./preview-workload";
import type { ReadRequest } from "./read-workload";
import { underLease } from "./under-lease";
import { type WantedWorkload, wantedWorkload } from "./wanted-workload";
import type { ApplyRequest, RemovalOutcome, WorkloadRequest } from "./workload-request";
import { subjectOf } from "./workload-world";

export async function previewRemoval(
  request: Pick<WorkloadRequest, "identity" | "spec" | "secrets" | "secretKey" | "host">,
): Promise<Plan> {
  const observed = await observeWorkload(request.host, request.identity);
  return planRemoval(wantedOf(request, observed), observed);
}

/**
 * Only the resource that owns the workload removes it: where a newer one has taken it over, this does nothing and says so.
 * @throws DATA_PROTECTED before anything is stopped; LOCKED, OWNED_ELSEWHERE
 */
export async function removeWorkload(request: ApplyRequest): Promise<RemovalOutcome> {
  const { host, identity, owner, holder, spec } = request;
  const observed = await observeWorkload(host, identity);
  const newer = newerOwner(request, observed);
  const plan = planRemoval(wantedOf(request, observed), observed);
  if (newer) return { plan: { ...plan, kind: "none", operations: [] }, measured: undefined, kept: [], ownedBy: newer };
  if (plan.operations.length === 0 && observed.record === undefined) return { plan, measured: undefined, kept: [] };
  return withLease({ host, identity, name: spec.name, owner, holder, purpose: "destroy" }, (lease) =>
    removeUnderLease(request, lease),
  );
}

async function removeUnderLease(request: ApplyRequest, lease: Lease): Promise<RemovalOutcome> {
  const { host, identity, context, owner, secrets, images, configs } = request;
  observeHost(host).refresh();
  const observed = await observeWorkload(host, identity);
  if (newerOwner(request, observed)) throw takenOver(request);
  const wanted = wantedOf(request, observed);
  const plan = planRemoval(wanted, observed);
  context.report.plan(plan);
  const world = { host: underLease(host, () => lease.assertHeld()), wanted, owner, secrets, images, configs, locked: {}, lease };
  try {
    const measured = await runPlan(plan, workloadExecutors(world), context, { onBefore: () => lease.assertHeld() });
    await lease.change((record) => (Object.keys(record.volumes).length === 0 ? undefined : record));
    const kept = plan.operations.filter((one) => one.kind === "keep volume").map((one) => one.subject);
    return { plan, measured, kept };
  } finally {
    observeHost(host).refresh();
  }
}

function wantedOf(request: ReadRequest, observed: ObservedWorkload): WantedWorkload {
  return wantedWorkload({ ...namesOf(observed), ...request });
}

/** A replacement that was created before its predecessor is deleted owns what is here. */
function newerOwner(request: ApplyRequest, { record }: ObservedWorkload): RemovalOutcome["ownedBy"] {
  return record !== undefined && record.owner.stackUid === request.owner.stackUid && record.owner.id !== request.owner.id
    ? record.owner
    : undefined;
}

function takenOver(request: ApplyRequest): DrayageError {
  return new DrayageError(
    "WORLD_MOVED",
    `${request.spec.name} was taken over by a newer resource meanwhile; nothing was removed.`,
    {
      subject: subjectOf({ wanted: wantedWorkload(request), host: request.host }),
      hint: "Run the same command again.",
    },
  );
}

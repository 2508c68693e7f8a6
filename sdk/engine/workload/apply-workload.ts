/** Brings a workload on one host to what the program wants, or leaves serving what served before. */
import { DrayageError } from "../../spec/drayage-error";
import type { Operation, Plan } from "../plan/plan";
import { type Measured, runPlan } from "../plan/run-plan";
import type { Lease } from "../record/record-store";
import type { RunContext } from "../run-context";
import { workloadExecutors } from "./executors";
import { refuseMore } from "./hold-to-review";
import { observeHost } from "./host-snapshot";
import { withLease } from "./lease-workload";
import { observeWorkload } from "./observe-workload";
import { type Prepared, prepare } from "./preview-workload";
import { endpointsOf, receiptOf } from "./receipt";
import { restoreServices, withRestoration } from "./restore-services";
import { isSettled, type Settlement, settledRecord } from "./settle-record";
import { underLease } from "./under-lease";
import type { WantedWorkload } from "./wanted-workload";
import type { ApplyRequest, Receipt, WorkloadOutcome } from "./workload-request";
import type { WorkloadWorld } from "./workload-world";

/** Nothing to do changes nothing, not even the lease. @throws GATE_FAILED, START_FAILED, PORT_TAKEN, LOCKED, WORLD_MOVED, … */
export async function applyWorkload(request: ApplyRequest): Promise<WorkloadOutcome> {
  const seen = await prepare(request);
  if (isDone(request, seen)) return outcome(request, seen.plan, receiptOf(seen.wanted, seen.observed), undefined);
  const { host, identity, owner, holder, spec, adopt, creates } = request;
  return withLease({ host, identity, name: spec.name, owner, holder, adopt, creates, purpose: "up" }, (lease) =>
    applyUnderLease(request, lease),
  );
}

async function applyUnderLease(request: ApplyRequest, lease: Lease): Promise<WorkloadOutcome> {
  const { host, identity, context } = request;
  observeHost(host).refresh();
  const prepared = await prepare(request);
  refuseMore(request, prepared.plan);
  context.report.plan(prepared.plan);
  const world = worldOf(request, prepared, lease);
  try {
    const measured = await runOrRestore(world, prepared.plan, context);
    observeHost(host).refresh();
    const receipt = receiptOf(prepared.wanted, await observeWorkload(host, identity));
    await lease.change((record) => settledRecord(record, { ...settlementOf(request, prepared.wanted, receipt), measured }));
    return outcome(request, prepared.plan, receipt, measured);
  } finally {
    observeHost(host).refresh();
  }
}

async function runOrRestore(world: WorkloadWorld, plan: Plan, context: RunContext): Promise<Measured> {
  const begun = new Set<string>();
  const done = new Set<string>();
  const report = {
    ...context.report,
    started: (one: Operation) => {
      begun.add(one.id);
      context.report.started(one);
    },
    finished: (one: Operation, seconds: number) => {
      done.add(one.id);
      context.report.finished(one, seconds);
    },
  };
  try {
    return await runPlan(plan, workloadExecutors(world), { ...context, report }, { onBefore: () => world.lease.assertHeld() });
  } catch (error) {
    // Whoever lost the lease changes nothing any more: the new holder decides.
    if (error instanceof DrayageError && error.code === "LEASE_LOST") throw error;
    const failed = !(error instanceof DrayageError && error.code === "CANCELLED");
    throw withRestoration(error, await restoreServices(world, { plan, begun, done, failed }));
  }
}

function worldOf(request: ApplyRequest, { wanted, locked }: Prepared, lease: Lease): WorkloadWorld {
  const { owner, secrets, images, configs } = request;
  const host = underLease(request.host, () => lease.assertHeld());
  return { host, wanted, owner, secrets, images, configs, locked, lease };
}

function isDone(request: ApplyRequest, prepared: Prepared): boolean {
  const { record } = prepared.observed;
  if (prepared.plan.operations.length > 0 || record === undefined) return false;
  return isSettled(record, settlementOf(request, prepared.wanted, receiptOf(prepared.wanted, prepared.observed)));
}

function settlementOf(request: ApplyRequest, wanted: WantedWorkload, receipt: Receipt): Settlement {
  return { owner: request.owner, wanted, receipt, at: new Date(request.context.clock.now()).toISOString() };
}

function outcome(request: ApplyRequest, plan: Plan, receipt: Receipt, measured: Measured | undefined): WorkloadOutcome {
  return { plan, receipt, endpoints: endpointsOf(request.spec, request.host), measured };
}

/** Carries a workload from one host to another with its data, or leaves it serving where it was. */
import { DrayageError } from "../../spec/drayage-error";
import type { Plan } from "../plan/plan";
import { planExceeds } from "../plan/plan-exceeds";
import { type Measured, runPlan } from "../plan/run-plan";
import { workloadExecutors } from "../workload/executors";
import { gatesOf } from "../workload/gates/passed-gates";
import { observeHost } from "../workload/host-snapshot";
import { observeWorkload } from "../workload/observe-workload";
import { endpointsOf, receiptOf, withRelease } from "../workload/receipt";
import { underLease } from "../workload/under-lease";
import { type BothLeases, onBothHosts } from "./both-leases";
import { cedeBack } from "./cede-back";
import { cutSeconds } from "./forecast-move";
import { type GatheredMove, gatherMove } from "./gather-move";
import type { MoveOutcome, MoveRequest } from "./move-request";
import { MoveRun } from "./move-run";
import { planMove } from "./plan-move";
import { quietEpochs, refuseStale } from "./quiet-epochs";
import { undoMove } from "./settle-move";

/** Reads only. @throws what stands in the way: PORT_TAKEN, DISK_FULL, ARCH_MISMATCH, MOVE_REFUSED */
export async function previewMove(request: MoveRequest): Promise<Plan> {
  return planMove((await gatherMove(request)).facts);
}

/**
 * @param request.spec what runs on the source now.
 * @throws LOCKED, MOVE_REFUSED and its kind before anything changed; MOVE_FAILED, VERIFY_FAILED, … when the source serves again;
 * GATE_FAILED when the workload went back after its gate failed; PARTIAL when only a further run can finish
 */
export async function moveWorkload(asked: MoveRequest, options: MoveOptions = {}): Promise<MoveOutcome> {
  // Nobody has learnt the address of a place where it never served.
  const request = options.returning ? { ...asked, forward: false as const } : asked;
  const epochs = await quietEpochs(request);
  const gathered = await gatherMove(request);
  const plan = planMove(gathered.facts);
  refuseMore(request, plan);
  request.context.report.plan(plan);
  const attempt = await onBothHosts(request, async (leases) => {
    await refuseStale(request, epochs, leases);
    return attemptMove(request, gathered, plan, leases);
  });
  if ("outcome" in attempt) return attempt.outcome;
  if (attempt.ceded === "unknown") throw inDoubt(request, attempt.error);
  if (!attempt.ceded) throw await undone(request, attempt.error);
  throw await cedeBack(request, attempt.error, options.returning ? undefined : (back) => moveWorkload(back, { returning: true }));
}

export interface MoveOptions {
  /** This is the way back after a failed gate: a second failure does not turn around again. */
  readonly returning?: boolean;
}

type Attempt = { readonly outcome: MoveOutcome } | { readonly ceded: boolean | "unknown"; readonly error: unknown };

async function attemptMove(request: MoveRequest, gathered: GatheredMove, plan: Plan, leases: BothLeases): Promise<Attempt> {
  const { from, to, identity, context, spec } = request;
  const { facts, wanted, locked } = gathered;
  const source = { releases: [], ...gathered.source.record };
  const { owner } = request;
  const run = new MoveRun({
    identity,
    owner,
    facts,
    from,
    to,
    ...leases,
    clock: context.clock,
    source,
    volumeOptions: spec.volumes,
  });
  const world = { ...request, host: underLease(to, () => leases.toLease.assertHeld()), wanted, locked, lease: leases.toLease };
  let measured: Measured;
  try {
    measured = await runPlan(
      plan,
      { ...workloadExecutors(world), ...run.executors() },
      { ...context, signal: signalUntil(context.signal, () => run.pivoted) },
      // After the pivot the source has nothing to say any more, and may be gone.
      { onBefore: () => (run.ceded ? leases.toLease.assertHeld() : holdBoth(leases)) },
    );
  } catch (error) {
    return { ceded: run.pivoted ? run.ceded || (await saysCeded(request)) : false, error };
  } finally {
    await run.close();
  }
  // It serves there by now: what fails from here on is no reason to carry it back.
  return { outcome: await settled(request, gathered, plan, leases, { measured, bytes: run.bytes, proofs: run.proofs }) };
}

/** The record was asked to write it and did not answer. Only the source itself can tell whether it did. */
async function saysCeded({ from, identity }: MoveRequest): Promise<boolean | "unknown"> {
  try {
    return (await from.record.read()).workloads[identity]?.state === "ceded";
  } catch {
    return "unknown";
  }
}

async function settled(
  request: MoveRequest,
  { wanted, source, facts }: GatheredMove,
  plan: Plan,
  { toLease }: BothLeases,
  figures: Pick<MoveOutcome, "measured" | "bytes" | "proofs">,
): Promise<MoveOutcome> {
  const { to, identity, owner, context, spec } = request;
  observeHost(to).refresh();
  observeHost(request.from).refresh();
  const receipt = receiptOf(wanted, await observeWorkload(to, identity));
  const at = new Date(context.clock.now()).toISOString();
  const known = source.record?.releases ?? [];
  const { measured } = figures;
  await toLease.change((record) => ({
    ...record,
    name: wanted.name,
    owner,
    // Its gates were passed on the target too: an apply that comes after has nothing to write down.
    gates: gatesOf(wanted),
    releases: withRelease(known, receipt, at, { measured, cutSeconds: cutSeconds(measured, facts) }),
  }));
  observeHost(to).refresh();
  return { plan, receipt, endpoints: endpointsOf(spec, to), ...figures };
}

/** Before CEDE every failure ends here: the source serves again and the target holds nothing half-made. */
async function undone(request: MoveRequest, error: unknown): Promise<unknown> {
  let clean: boolean;
  try {
    clean = await undoMove(request);
  } catch (trouble) {
    const text = trouble instanceof Error ? trouble.message : String(trouble);
    return new DrayageError(
      "PARTIAL",
      `the move failed (${messageOf(error)}) and ${request.from.name} could not be restored: ${text}`,
      {
        subject: subjectOf(request),
        hint: "Run the same command again: it restores the source first.",
        cause: error,
      },
    );
  }
  const code = error instanceof DrayageError ? error.code : "MOVE_FAILED";
  const hint = error instanceof DrayageError ? error.hint : undefined;
  const { from, to, spec } = request;
  const left = clean ? "nothing of the move is left" : `what it made on ${to.name} is removed when that host answers again`;
  return new DrayageError(code, `${messageOf(error)}. ${spec.name} serves on ${from.name} as before; ${left}.`, {
    subject: subjectOf(request),
    hint: hint ?? "Run the same command again to try once more.",
    cause: error,
  });
}

/** Neither may start it: the source may have handed over, and the target does not know. */
function inDoubt(request: MoveRequest, error: unknown): DrayageError {
  const { from, spec } = request;
  const text = `${messageOf(error)}. ${from.name} does not say whether it has handed ${spec.name} over, so it serves nowhere yet`;
  return new DrayageError("PARTIAL", text, {
    subject: subjectOf(request),
    hint: `Bring ${from.name} back, then run the same command again: its record decides.`,
    cause: error,
  });
}

async function holdBoth({ fromLease, toLease }: BothLeases): Promise<void> {
  await Promise.all([fromLease.assertHeld(), toLease.assertHeld()]);
}

/** After the pivot Cancel and Ctrl-C no longer stop anything: the move finishes, so that the state records it. */
function signalUntil(signal: AbortSignal, pivoted: () => boolean): AbortSignal {
  const controller = new AbortController();
  const forward = (): void => {
    if (!pivoted()) controller.abort(signal.reason);
  };
  if (signal.aborted) forward();
  else signal.addEventListener("abort", forward, { once: true });
  return controller.signal;
}

function refuseMore(request: MoveRequest, plan: Plan): void {
  if (request.reviewed === undefined) return;
  const more = planExceeds(request.reviewed, plan);
  if (more.length === 0) return;
  throw new DrayageError("WORLD_MOVED", `More would happen now than the plan showed: ${more.map((one) => one.id).join(", ")}.`, {
    subject: subjectOf(request),
    hint: "Nothing was changed. Look at a new preview.",
  });
}

function subjectOf({ spec, from, to }: MoveRequest): string {
  return `${spec.name}, ${from.name} → ${to.name}`;
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, "");
}

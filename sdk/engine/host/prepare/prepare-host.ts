/** Looks at a machine and brings it to what the program wants: over its shell, one fixed script, values as JSON on its stdin. */
import { DrayageError } from "../../../spec/drayage-error";
import type { PrepareSpec } from "../../../spec/prepare";
import type { Shell } from "../../connection/shell";
import type { Plan } from "../../plan/plan";
import { planExceeds } from "../../plan/plan-exceeds";
import { runPlan } from "../../plan/run-plan";
import type { RunContext } from "../../run-context";
import { lookScript } from "./look-script";
import { type ObservedMachine, readObserved } from "./observed-machine";
import { planPrepare, prepareSteps } from "./plan-prepare";
import { prepareExecutor } from "./prepare-executor";
import { prepareRequest } from "./prepare-request";

export interface Preparation {
  readonly observed: ObservedMachine;
  readonly plan: Plan;
}

/** Changes nothing. @throws HOST_* SUDO_REQUIRED PREPARE_FAILED */
export async function lookAtMachine(shell: Shell, { dataDisk }: PrepareSpec, root = true): Promise<ObservedMachine> {
  const { exitCode, stdout, stderr } = await shell.run(lookScript, { root, input: prepareRequest({ ...dataDisk }) });
  if (exitCode === 0) return readObserved(stdout);
  throw new DrayageError("PREPARE_FAILED", `${shell.host} could not be looked at: ${stderr.trim().split("\n").pop() ?? ""}`, {
    subject: shell.host,
  });
}

/** As its user first: most previews find that all is well, and need no more, and no sudo. */
export async function lookForPreview(shell: Shell, spec: PrepareSpec): Promise<ObservedMachine> {
  const quick = await lookAtMachine(shell, spec, false);
  return isDone(shell.host, quick, spec) ? quick : lookAtMachine(shell, spec);
}

/** Of what a user can see only this one answer is sure. */
function isDone(host: string, observed: ObservedMachine, spec: PrepareSpec): boolean {
  try {
    return planPrepare(host, observed, spec).operations.length === 0;
  } catch {
    return false;
  }
}

export interface ApplyOptions {
  readonly context: RunContext;
  /** What a person has agreed to. Absent: nobody was asked. */
  readonly reviewed?: Plan | undefined;
  /** Judges the machine before anything is done to it; throws where it is the wrong one. */
  readonly onLooked?: (observed: ObservedMachine) => void;
}

/**
 * Yields what was done, and the machine as it is afterwards.
 * @throws HOST_* SUDO_REQUIRED PREPARE_FAILED HOST_UNSUPPORTED DOCKER_TOO_OLD DISK_REFUSED WORLD_MOVED CANCELLED
 */
export async function applyPreparation(shell: Shell, spec: PrepareSpec, options: ApplyOptions): Promise<Preparation> {
  const { context, reviewed, onLooked } = options;
  const observed = await lookForPreview(shell, spec);
  onLooked?.(observed);
  const plan = planPrepare(shell.host, observed, spec);
  if (plan.operations.length === 0) return { observed, plan };
  if (reviewed !== undefined) refuseMore(shell.host, reviewed, plan);
  context.report.plan(plan);
  const execute = prepareExecutor(shell, prepareSteps(shell.host, observed, spec));
  const kinds = plan.operations.map(({ kind }) => [kind, execute]);
  await runPlan(plan, Object.fromEntries(kinds), context);
  const after = await lookAtMachine(shell, spec);
  const rest = planPrepare(shell.host, after, spec);
  if (rest.operations.length > 0) throw notReached(shell.host, rest);
  return { observed: after, plan };
}

function refuseMore(host: string, reviewed: Plan, plan: Plan): void {
  const more = planExceeds(reviewed, plan);
  if (more.length === 0) return;
  throw new DrayageError(
    "WORLD_MOVED",
    `More would happen now than the plan showed: ${more.map((one) => `${one.id} (${one.cause})`).join(", ")}.`,
    { subject: host, hint: "Nothing was changed. Look at a new preview." },
  );
}

const notReached = (host: string, rest: Plan): DrayageError =>
  new DrayageError(
    "PREPARE_FAILED",
    `everything was done on ${host}, and yet there is more to do: ${rest.operations.map((one) => `${one.id} (${one.cause})`).join(", ")}`,
    { subject: host, hint: "Something there undoes it: a configuration management tool, perhaps." },
  );

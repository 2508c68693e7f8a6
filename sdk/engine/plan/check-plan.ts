/** Refuses a plan that could not be walked to its end: a mistake of ours, found before anything runs. */
import { DrayageError } from "../../spec/drayage-error";
import type { Operation, Plan } from "./plan";

/** @throws INTERNAL naming a duplicate id, an unknown dependency, a kind without executor, or a cycle. */
export function checkPlan(plan: Plan, executors: Readonly<Record<string, unknown>>): void {
  const ids = new Set<string>();
  for (const { id } of plan.operations) {
    if (ids.has(id)) throw broken(plan, `two operations are called "${id}"`);
    ids.add(id);
  }
  for (const operation of plan.operations) {
    if (!executors[operation.kind]) throw broken(plan, `nothing runs operations of kind "${operation.kind}"`);
    const missing = operation.dependsOn.find((id) => !ids.has(id));
    if (missing !== undefined) throw broken(plan, `"${operation.id}" waits for "${missing}", which is not in the plan`);
  }
  const stuck = operationsInCycles(plan.operations);
  if (stuck.length > 0) throw broken(plan, `operations wait for each other: ${stuck.join(", ")}`);
}

/** Removes what can run, again and again; what remains can never run. */
function operationsInCycles(operations: readonly Operation[]): string[] {
  const done = new Set<string>();
  let rest = [...operations];
  for (;;) {
    const ready = rest.filter((operation) => operation.dependsOn.every((id) => done.has(id)));
    if (ready.length === 0) return rest.map((operation) => operation.id);
    for (const { id } of ready) done.add(id);
    rest = rest.filter((operation) => !done.has(operation.id));
  }
}

function broken(plan: Plan, what: string): DrayageError {
  return new DrayageError("INTERNAL", `The plan is broken: ${what}.`, { subject: plan.subject });
}

import type { Operation } from "../plan/plan";

const passing: readonly string[] = ["promote container", "run container", "gate container", "update container"];

/** Ids of the operations after which a replica has passed: the last such step of each. */
export function passingSteps(operations: readonly Operation[], service?: string): string[] {
  const steps = operations.filter(
    (one) => passing.includes(one.kind) && (service === undefined || one.detail.service === service),
  );
  const followed = new Set(steps.flatMap((one) => one.dependsOn));
  return steps.filter((one) => !followed.has(one.id)).map((one) => one.id);
}

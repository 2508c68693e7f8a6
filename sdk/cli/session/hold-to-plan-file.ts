/** An up with a plan file is held to it before anything begins; resources hold themselves to it again when their turn comes. Pure. */
import type { Operation, Plan } from "../../engine/plan/plan";
import { planExceeds } from "../../engine/plan/plan-exceeds";
import { DrayageError } from "../../spec/drayage-error";
import { reviewedPlan, reviewedRemoval } from "./run-observer";

/** @throws WORLD_MOVED naming every stop, removal, data operation and deletion of `now` that the file does not show */
export function refuseMoreThanPlanned(file: string, planned: readonly Plan[], now: readonly Plan[]): void {
  const more = now.flatMap((plan) => moreThan(planned, plan));
  if (more.length === 0) return;
  const told = more.map(({ id, host, cause }) => `${id}${host === "" ? "" : ` on ${host}`} (${cause})`);
  throw new DrayageError("WORLD_MOVED", `More would happen now than the plan shows: ${told.join(", ")}.`, {
    subject: file,
    hint: `Nothing was changed. Look at it and write a new plan: dray preview --save ${file}`,
  });
}

/** Of what no preview could know, as a workload on a host that did not exist yet, nothing was promised; of deletions everything. */
function moreThan(planned: readonly Plan[], plan: Plan): Operation[] {
  if (plan.kind === "delete") return planExceeds(reviewedRemoval(planned, plan.subject), plan);
  const shown = reviewedPlan(planned, plan.subject);
  return shown === undefined ? [] : planExceeds(shown, plan);
}

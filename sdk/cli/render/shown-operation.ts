import type { Operation } from "../../engine/plan/plan";

/** What a command does itself, as an operation of no plan: so that the progress view can show it. */
export function shownOperation(told: Pick<Operation, "id" | "kind" | "subject" | "host">): Operation {
  return { ...told, cause: "", destructive: false, touchesData: false, dependsOn: [], detail: {} };
}

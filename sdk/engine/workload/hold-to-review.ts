/** An apply and a removal do no more than what a person has agreed to. */
import { DrayageError } from "../../spec/drayage-error";
import type { Plan } from "../plan/plan";
import { planExceeds } from "../plan/plan-exceeds";
import type { ApplyRequest } from "./workload-request";

/** @throws WORLD_MOVED naming what the reviewed plan did not show */
export function refuseMore({ reviewed, spec, host }: Pick<ApplyRequest, "reviewed" | "spec" | "host">, plan: Plan): void {
  if (!reviewed) return;
  const more = planExceeds(reviewed, plan);
  if (more.length === 0) return;
  throw new DrayageError(
    "WORLD_MOVED",
    `More would happen now than the plan showed: ${more.map((one) => `${one.id} (${one.cause})`).join(", ")}.`,
    { subject: `${spec.name} on ${host.name}`, hint: "Nothing was changed. Look at a new preview." },
  );
}

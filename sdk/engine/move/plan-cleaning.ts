/** What an up removes on other hosts besides: told in the preview like everything else. Pure. */
import type { HostHandle } from "../host/host-handle";
import type { Operation, Plan } from "../plan/plan";

export function withCleaning(plan: Plan, left: readonly Pick<HostHandle, "name">[]): Plan {
  if (left.length === 0) return plan;
  const last = plan.operations.map((one) => one.id);
  const operations = left.map(
    ({ name }): Operation => ({
      id: `clean left ${plan.subject} on ${name}`,
      kind: "clean left",
      subject: plan.subject,
      host: name,
      cause: "left by an earlier move; nothing of it serves",
      destructive: true,
      touchesData: false,
      dependsOn: last,
      detail: {},
    }),
  );
  return { ...plan, kind: plan.kind === "none" ? "update" : plan.kind, operations: [...plan.operations, ...operations] };
}

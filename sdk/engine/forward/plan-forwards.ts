/** What an up does on hosts that a workload has left: told in the preview like everything else. */
import type { HostHandle } from "../host/host-handle";
import type { Operation, Plan } from "../plan/plan";
import { observeHost } from "../workload/host-snapshot";
import { observedForwarders } from "./forwarder-container";
import type { ForwardChange } from "./keep-forwards";

/** Pure. */
export function withForwards(plan: Plan, changes: readonly ForwardChange[]): Plan {
  const told = changes.map(({ host, decision }) => ({ host: host.name, kind: decision.kind, cause: decision.cause }));
  return withOperations(plan, told);
}

/** With the workload goes what still forwards to it. */
export async function withEndedForwards(plan: Plan, identity: string, elsewhere: readonly HostHandle[]): Promise<Plan> {
  const forwarding = await Promise.all(
    elsewhere.map(async (host) => observedForwarders(await observeHost(host).containers(), identity).length > 0),
  );
  const hosts = elsewhere.filter((_, index) => forwarding[index]);
  return withOperations(
    plan,
    hosts.map(({ name }) => ({ host: name, kind: "remove", cause: "the workload is destroyed" })),
  );
}

interface Told {
  readonly host: string;
  readonly kind: "start" | "remove";
  readonly cause: string;
}

function withOperations(plan: Plan, told: readonly Told[]): Plan {
  if (told.length === 0) return plan;
  const dependsOn = plan.operations.map((one) => one.id);
  const operations = told.map(
    ({ host, kind, cause }): Operation => ({
      id: `${kind} forwarder ${plan.subject} for clients of ${host}`,
      kind: `${kind} forwarder`,
      subject: plan.subject,
      host,
      cause,
      destructive: kind === "remove",
      touchesData: false,
      dependsOn,
      detail: {},
    }),
  );
  return { ...plan, kind: plan.kind === "none" ? "update" : plan.kind, operations: [...plan.operations, ...operations] };
}

/** What an up does on hosts that a workload has left: told in the preview like everything else. */
import type { HostHandle } from "../host/host-handle";
import type { Operation, Plan } from "../plan/plan";
import { observeHost } from "../workload/host-snapshot";
import { findWay, unreached } from "./find-way";
import { observedForwarders } from "./forwarder-container";
import type { ForwardChange } from "./keep-forwards";
import { waysBetween } from "./ways-between";

/** Pure. */
export function withForwards(plan: Plan, changes: readonly ForwardChange[], notes: readonly string[] = []): Plan {
  const told = changes.map(({ host, decision }) => ({ host: host.name, kind: decision.kind, cause: decision.cause }));
  return withOperations({ ...plan, notes: [...plan.notes, ...notes] }, told);
}

/** Which of the hosts that shall find their way anew would find none. Looks from there; changes nothing. `listening`: it serves there now. */
export async function forwardTroubles(
  changes: readonly ForwardChange[],
  home: HostHandle,
  identity: string,
  { listening }: { readonly listening: boolean },
): Promise<string[]> {
  const anew = changes.flatMap(({ host, decision }) =>
    decision.kind === "start" && decision.address === undefined ? [{ host, ports: decision.ports }] : [],
  );
  if (anew.length === 0) return [];
  const answered = listening || observedForwarders(await observeHost(home).containers(), identity).length > 0;
  const looked = anew.map(async ({ host, ports }) => {
    const { address, trouble } = await findWay(host.docker, { ways: waysBetween(host, home), ports, listening: answered });
    return trouble === undefined ? [] : [unreached(host.name, home.name, address, trouble)];
  });
  return (await Promise.all(looked)).flat();
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

import type { Operation, Plan } from "../../../../sdk/engine/plan/plan";

export function operation(id: string, more: Partial<Operation> = {}): Operation {
  const [verb = "", subject = ""] = id.split(" ");
  return {
    id,
    kind: verb,
    subject,
    host: "rack",
    cause: "changed",
    destructive: false,
    touchesData: false,
    dependsOn: [],
    detail: {},
    ...more,
  };
}

export function plan(operations: readonly Operation[], more: Partial<Plan> = {}): Plan {
  return { schemaVersion: 1, kind: "update", subject: "shop", operations, outages: [], notes: [], ...more };
}

import type { Plan } from "../../engine/plan/plan";

/** All that a preview knows, as data: text, JSON and the question are made from it. */
export interface Preview {
  readonly project: string;
  readonly stack: string;
  /** One per workload or image that has something to say, in the order of the program. */
  readonly plans: readonly Plan[];
  /** Every resource of the program as Pulumi sees it, also those of other packages. */
  readonly resources: readonly ResourceChange[];
  readonly notes: readonly Note[];
  readonly seconds: number;
}

export type ResourceOperation = "create" | "update" | "replace" | "delete" | "same" | "read" | "refresh" | "import";

export interface ResourceChange {
  readonly name: string;
  /** `drayage:index:Workload`, `aws:ec2/instance:Instance`. */
  readonly type: string;
  readonly operation: ResourceOperation;
  /** Property paths that differ: `host.address`. */
  readonly changed: readonly string[];
  /** It was tried and did not succeed. */
  readonly failed?: boolean;
}

export interface Note {
  readonly severity: "info" | "warning";
  readonly text: string;
  /** Name of the resource it is about. */
  readonly subject?: string;
}

/** True when an `up` would do something. */
export function hasChanges(preview: Preview): boolean {
  return preview.resources.some((it) => isChange(it.operation)) || preview.plans.some((it) => it.operations.length > 0);
}

/**
 * What a person agrees to with this preview. A workload or host of which it says "no change" is held to that; of one on a host that does
 * not exist yet nothing was promised.
 */
export function reviewedPlans({ plans, resources }: Preview): Plan[] {
  const held = ["drayage:index:Workload", "drayage:index:Host"];
  const still = resources.filter((it) => held.includes(it.type) && !isChange(it.operation));
  const silent = still.filter((it) => !plans.some((plan) => plan.subject === it.name));
  return [...plans, ...silent.map((it) => nothingPlanned(it.name)), ...resources.filter(isDeletion).map(deletionPlan)];
}

export function nothingPlanned(subject: string): Plan {
  return { schemaVersion: 1, kind: "none", subject, operations: [], outages: [], notes: [] };
}

/** A replacement of ours takes over what it replaces; that of another package takes the old one away. */
function isDeletion({ operation, type }: ResourceChange): boolean {
  return operation === "delete" || (operation === "replace" && !type.startsWith("drayage:"));
}

/** The deletion of any resource as an operation, so that a plan can be held to it. */
function deletionPlan({ name, type }: ResourceChange): Plan {
  const operation = {
    id: `delete ${type} ${name}`,
    kind: "delete resource",
    subject: name,
    host: "",
    cause: "not in the program any more",
    destructive: true,
    touchesData: false,
    dependsOn: [],
    detail: { type },
  };
  return { ...nothingPlanned(name), kind: "delete", operations: [operation] };
}

export function isChange(operation: ResourceOperation): boolean {
  return operation !== "same" && operation !== "read" && operation !== "refresh";
}

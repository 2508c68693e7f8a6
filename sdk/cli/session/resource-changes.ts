/** Folds the engine's events into one line per resource of the program. */
import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { PlainRecord } from "../../provider/plain";
import { parseUrn } from "../../provider/urn";
import { isChange, type ResourceChange, type ResourceOperation } from "../render/preview";
import type { RunEvent } from "../render/run-progress";
import { isInternal } from "../state/stack-state";

export interface ResourceChanges {
  /** Yields what a progress view should show of the event, if anything. */
  take(event: EngineEvent, at: number): RunEvent | undefined;
  /** In the order the engine came to them. */
  all(): ResourceChange[];
  /** What leaves the state because the program has it no more. */
  deleted(): DeletedResource[];
  /** What the program wants of each, with secrets as Pulumi shows them. */
  wanted(): WantedResource[];
}

/** As the state has it; secrets are blotted out. */
export interface DeletedResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly id: string;
  readonly outputs: PlainRecord;
  readonly inputs: PlainRecord;
}

export interface WantedResource {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** As far as they are known. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

type Metadata = NonNullable<EngineEvent["resourcePreEvent"]>["metadata"];

export function createResourceChanges(): ResourceChanges {
  const byUrn = new Map<string, ResourceChange>();
  const deleted = new Map<string, DeletedResource>();
  const inputs = new Map<string, WantedResource>();
  const note = (metadata: Metadata) => {
    if (metadata.op === "delete" && metadata.old !== undefined) deleted.set(metadata.urn, deletedResource(metadata.old));
    const operation = operationOf(metadata.op);
    const known = byUrn.get(metadata.urn);
    if (operation === undefined || isInternal(metadata.type)) return;
    // A resource may be refreshed before it is compared, and a replacement comes in three steps: what changes it counts.
    if (known !== undefined && isChange(known.operation) && !isChange(operation)) return;
    byUrn.set(metadata.urn, {
      name: parseUrn(metadata.urn).name,
      type: metadata.type,
      operation,
      changed: changedPaths(metadata),
    });
  };
  return {
    take({ resourcePreEvent, resOutputsEvent, resOpFailedEvent }, at) {
      const metadata = resourcePreEvent?.metadata ?? resOutputsEvent?.metadata ?? resOpFailedEvent?.metadata;
      if (metadata === undefined) return undefined;
      note(metadata);
      const { op, urn, type, new: wanted } = metadata;
      // A refresh shows what the state has, also of what the program has no more.
      if (op !== "refresh" && wanted?.inputs !== undefined) {
        inputs.set(urn, { type, name: parseUrn(urn).name, inputs: wanted.inputs, outputs: wanted.outputs ?? {} });
      }
      const known = byUrn.get(metadata.urn);
      if (resOpFailedEvent !== undefined && known !== undefined) byUrn.set(metadata.urn, { ...known, failed: true });
      const operation = operationOf(metadata.op);
      if (operation === undefined || isInternal(metadata.type)) return undefined;
      const phase = resOpFailedEvent !== undefined ? "failed" : resOutputsEvent !== undefined ? "finished" : "started";
      return { kind: "resource", name: parseUrn(metadata.urn).name, type: metadata.type, operation, phase, at };
    },
    all: () => [...byUrn.values()],
    deleted: () => [...deleted.values()],
    wanted: () => [...inputs.values()],
  };
}

function deletedResource({ urn, type, id, outputs, inputs }: NonNullable<Metadata["old"]>): DeletedResource {
  return { urn, type, name: parseUrn(urn).name, id, outputs: outputs as PlainRecord, inputs: inputs as PlainRecord };
}

const operations: Readonly<Record<string, ResourceOperation>> = {
  same: "same",
  create: "create",
  update: "update",
  delete: "delete",
  replace: "replace",
  "create-replacement": "replace",
  "delete-replaced": "replace",
  read: "read",
  "read-replacement": "read",
  refresh: "refresh",
  import: "import",
  "import-replacement": "import",
};

function operationOf(op: string): ResourceOperation | undefined {
  return operations[op];
}

function changedPaths({ detailedDiff, diffs }: Metadata): string[] {
  const paths = Object.keys(detailedDiff ?? {});
  return (paths.length > 0 ? paths : (diffs ?? [])).sort();
}

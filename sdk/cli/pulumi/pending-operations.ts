/** What a killed engine left undone, read from the state of a file backend. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { LockPlace } from "./stack-lock";

export interface PendingOperation {
  readonly urn: string;
  readonly type: "creating" | "updating" | "deleting" | "reading" | "importing";
}

/** Updates and deletions are simply done again; a pending create stays in the state until it is cleared. */
export function readPendingOperations({ stateDir, project, stack }: LockPlace): PendingOperation[] {
  const path = join(stateDir, ".pulumi", "stacks", project, `${stack}.json`);
  if (!existsSync(path)) return [];
  const state = JSON.parse(readFileSync(path, "utf8")) as StateFile;
  return (state.checkpoint?.latest?.pending_operations ?? []).map(({ resource, type }) => ({ urn: resource.urn, type }));
}

interface StateFile {
  readonly checkpoint?: {
    readonly latest?: {
      readonly pending_operations?: readonly {
        readonly resource: { readonly urn: string };
        readonly type: PendingOperation["type"];
      }[];
    };
  };
}

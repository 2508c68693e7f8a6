/** The hosts that the last run registered, as the provider knows them. Read by hand: it happens while the engine boots. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { HostRefSpec } from "../../spec/host";

export interface StatePlace {
  /** Folder of a file backend; another one costs a start of Pulumi to ask. */
  readonly stateDir: string | undefined;
  readonly project: string;
  readonly stack: string;
}

/** A host of the state, and what it was prepared as. */
export interface StateHost extends HostRefSpec {
  readonly prepare?: unknown;
}

/** What is not there, not whole or secret is left out: whoever needs it finds out by itself. */
export function hostsInState({ stateDir, project, stack }: StatePlace): StateHost[] {
  if (stateDir === undefined) return [];
  try {
    const file = join(stateDir, ".pulumi", "stacks", project, `${stack}.json`);
    const state = JSON.parse(readFileSync(file, "utf8")) as StateFile;
    const resources = state.checkpoint?.latest?.resources ?? [];
    return resources.flatMap((one) => hostRefsIn([one]).map((ref) => ({ ...ref, prepare: one.inputs?.prepare })));
  } catch {
    return [];
  }
}

/** Those that were registered whole. */
export function hostRefsIn(resources: readonly Resource[]): HostRefSpec[] {
  return resources.filter(isHost).flatMap(({ outputs }) => {
    const ref = outputs as Partial<HostRefSpec> | undefined;
    return isWhole(ref) ? [ref] : [];
  });
}

interface StateFile {
  readonly checkpoint?: { readonly latest?: { readonly resources?: readonly Resource[] } };
}
interface Resource {
  readonly type: string;
  readonly inputs?: { readonly prepare?: unknown } | undefined;
  readonly outputs?: object | undefined;
}

const isHost = ({ type }: Resource): boolean => type === "drayage:index:Host" || type === "drayage:index:LocalHost";

function isWhole(outputs: Partial<HostRefSpec> | undefined): outputs is HostRefSpec {
  const texts = [outputs?.name, outputs?.engineId, outputs?.machineId, outputs?.arch, outputs?.connection?.kind];
  return texts.every((text) => typeof text === "string" && text !== "");
}

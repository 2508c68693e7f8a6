import { type Resource, runtime } from "@pulumi/pulumi";
import type { HostRef } from "./placeable";

interface Declared {
  readonly ref: HostRef;
  /** Of the run that declared it: one process may run a program twice. */
  readonly stack: Resource | undefined;
}

/** Hosts of the program that runs, by name: a pin may name one that the workload itself does not. A second run writes over the first. */
const declared = new Map<string, Declared>();

/** Those of them that are on their way out. */
const leaving = new Set<string>();

export function declareHost(name: string, ref: HostRef): HostRef {
  declared.set(name, { ref, stack: runtime.getStackResource() });
  leaving.delete(name);
  return ref;
}

/** Nothing may be placed on it any more. */
export function declareLeaving(name: string): void {
  leaving.add(name);
}

export const isLeaving = (name: unknown): boolean => typeof name === "string" && leaving.has(name);

/** Only those that were constructed before: hosts come first in a program, because workloads name them. */
export function declaredHost(name: string): HostRef | undefined {
  return declared.get(name)?.ref;
}

/** One of this run that says it is, or will be, of this architecture. */
export function declaredHostOf(arch: string): HostRef | undefined {
  const now = runtime.getStackResource();
  const fits = ({ ref, stack }: Declared) => stack === now && ref.traits?.arch === arch && !isLeaving(ref.name);
  return [...declared.values()].find(fits)?.ref;
}

import type { HostRef } from "./placeable";

/** Hosts of the program that runs, by name: a pin may name one that the workload itself does not. A second run writes over the first. */
const declared = new Map<string, HostRef>();

/** Those of them that are on their way out. */
const leaving = new Set<string>();

export function declareHost(name: string, ref: HostRef): HostRef {
  declared.set(name, ref);
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
  return declared.get(name);
}

/** One that says it is, or will be, of this architecture. */
export function declaredHostOf(arch: string): HostRef | undefined {
  return [...declared.values()].find(({ name, traits }) => traits?.arch === arch && !isLeaving(name));
}

import type { HostRef } from "./placeable";

/** Hosts of the program that runs, by name: a pin may name one that the workload itself does not. A second run writes over the first. */
const declared = new Map<string, HostRef>();

export function declareHost(name: string, ref: HostRef): HostRef {
  declared.set(name, ref);
  return ref;
}

/** Only those that were constructed before: hosts come first in a program, because workloads name them. */
export function declaredHost(name: string): HostRef | undefined {
  return declared.get(name);
}

/** Whether the host of a workload has what it needs; the program's other hosts are asked only when it has not. */
import { hostOffer } from "../engine/host/measure-host";
import { type Candidate, refuseUnfit } from "../engine/host/refuse-unfit";
import type { HostRefSpec } from "../spec/host";
import { hostFit } from "../spec/host-fit";
import { type Requirement, requirementsOf } from "../spec/requirements";
import type { WorkloadSpec } from "../spec/workload";
import type { DeclaredHost, Hosts } from "./engine-doors";
import { hasUnknown, type PlainRecord } from "./plain";
import { reachedQuietly } from "./reached-quietly";

export interface NeedsQuestion {
  readonly spec: WorkloadSpec;
  readonly ref: HostRefSpec;
  /** Absent: the machine does not exist yet, and what has to be measured stays open. */
  readonly measured?: Parameters<typeof hostOffer>[1];
}

/** @throws NEEDS_UNMET */
export async function checkNeeds(hosts: Hosts, { spec, ref, measured }: NeedsQuestion): Promise<void> {
  const requirements = requirementsOf(spec);
  const fit = hostFit(requirements, hostOffer(ref.traits, measured));
  if (fit.lacks.length === 0) return;
  const others = hosts.declared().filter(({ name }) => name !== ref.name);
  refuseUnfit(spec.name, { host: ref.name, fit }, await Promise.all(others.map((other) => ask(hosts, other, requirements))));
}

async function ask(hosts: Hosts, other: DeclaredHost, requirements: readonly Requirement[]): Promise<Candidate> {
  const { name, connection, traits, base } = other;
  const exists = !hasUnknown({ ...connection } as PlainRecord);
  const handle = exists ? await reachedQuietly(() => hosts.open({ name, connection }, base)) : undefined;
  const known = !exists || handle !== undefined;
  return { host: name, fit: known ? hostFit(requirements, hostOffer(traits, handle?.measured)) : undefined };
}

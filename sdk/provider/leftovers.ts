/**
 * What creates that were killed left behind, of workloads that are gone from the program: found by the records of the run's hosts,
 * taken away by `dray` when a run has seen the whole program. Their data stays.
 */
import type { HostHandle } from "../engine/host/host-handle";
import type { Plan } from "../engine/plan/plan";
import { isLeftover } from "../engine/record/create-intent";
import type { HostRecord, Owner } from "../engine/record/host-record";
import { isLeaseHeld } from "../engine/record/is-lease-held";
import type { RunContext } from "../engine/run-context";
import { DEFAULT_SUBNETS } from "../spec/network";
import type { WorkloadDoor, WorkloadWish } from "./engine-doors";

export interface Leftover {
  readonly name: string;
  readonly identity: string;
  readonly host: HostHandle;
  readonly owner: Owner;
}

export interface LeftoverAct {
  readonly context: RunContext;
  /** What a person has agreed to; absent: nobody was asked. */
  readonly reviewed?: Plan | undefined;
}

export interface Leftovers {
  /** `all`: also of workloads that the program has, as after a destroy. */
  find(stack: Omit<Owner, "id">, options?: { readonly all?: boolean }): Promise<Leftover[]>;
  plan(leftover: Leftover, act: LeftoverAct): Promise<Plan>;
  /** Yields the names of volumes that stay. */
  remove(leftover: Leftover, act: LeftoverAct): Promise<readonly string[]>;
}

export interface LeftoverParts {
  /** Of the hosts of program and state that answered: what was there when they did. Whoever acts looks again. */
  records(): ReadonlyMap<HostHandle, Promise<HostRecord>>;
  /** Identities that program and state have told of. */
  known(): ReadonlySet<string>;
  /** Whether it was removed by this process. */
  removed(identity: string): boolean;
  readonly door: WorkloadDoor;
}

export function createLeftovers({ records, known, removed, door }: LeftoverParts): Leftovers {
  return {
    async find(stack, { all = false } = {}) {
      const perHost = await Promise.all([...records()].map(([host, record]) => leftOn(host, record, stack)));
      return perHost.flat().filter(({ identity }) => !removed(identity) && (all || !known().has(identity)));
    },
    plan: (leftover, act) => door.previewRemoval(wishFor(leftover, act)),
    remove: async (leftover, act) => (await door.remove(wishFor(leftover, act))).kept,
  };
}

/** One that is worked on right now is none. A record that cannot be read is told by whoever needs it. */
async function leftOn(host: HostHandle, reading: Promise<HostRecord>, stack: Omit<Owner, "id">): Promise<Leftover[]> {
  const record = await reading.catch(() => undefined);
  const left = Object.entries(record?.workloads ?? {}).filter(([, entry]) => isLeftover(entry, stack));
  const free = await Promise.all(
    left.map(async ([, { lease }]) => lease === undefined || !(await isLeaseHeld(host.docker, lease))),
  );
  return left
    .filter((_, index) => free[index])
    .map(([identity, { name }]) => ({ name, identity, host, owner: { ...stack, id: "" } }));
}

function wishFor({ name, identity, host, owner }: Leftover, { context, reviewed }: LeftoverAct): WorkloadWish {
  return {
    identity,
    owner,
    spec: { name, services: {}, volumes: {}, networks: {}, subnets: DEFAULT_SUBNETS },
    secrets: {},
    secretKey: "",
    base: "/",
    target: host,
    leftover: true,
    context,
    ...(reviewed && { reviewed }),
  };
}

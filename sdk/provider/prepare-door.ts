/** The room that prepares machines, as the handler of Host asks for it. */
import type { Clock } from "../engine/clock";
import type { ConnectionPool, SshConnectionSpec } from "../engine/connection/connection";
import { withKeyPaths } from "../engine/connection/key-paths";
import type { Shell } from "../engine/connection/shell";
import type { ObservedMachine } from "../engine/host/prepare/observed-machine";
import { planPrepare, planUnseen } from "../engine/host/prepare/plan-prepare";
import { applyPreparation, lookForPreview } from "../engine/host/prepare/prepare-host";
import type { Problem } from "../spec/drayage-error";
import type { HostConnection } from "../spec/host";
import { Place } from "../spec/place";
import { type PrepareSpec, readPrepare } from "../spec/prepare";
import type { Hosts } from "./engine-doors";
import type { LookedAtMachine, PrepareDoor, PrepareWish } from "./prepare-wish";

export interface PrepareDoorParts {
  readonly connections: () => Promise<Pick<ConnectionPool, "openShell">>;
  readonly hosts: Pick<Hosts, "forget">;
  /** For `~/`. */
  readonly home: string;
  readonly clock: Pick<Clock, "monotonic">;
}

interface EarlyLook {
  readonly observed: Promise<ObservedMachine>;
  readonly begunAt: number;
}

/** Between its begin and its use lies the start of Pulumi. */
const earlyLookLastsMs = 10_000;

export function createPrepareDoor({ connections, hosts, home, clock }: PrepareDoorParts): PrepareDoor {
  const early = new Map<string, EarlyLook>();
  const openShell = async (name: string, connection: HostConnection, base: string): Promise<Shell> =>
    (await connections()).openShell(name, withKeyPaths(connection, base, home) as SshConnectionSpec);
  const look = async ({ ref, base, spec }: Pick<PrepareWish, "ref" | "base" | "spec">): Promise<ObservedMachine> =>
    lookForPreview(await openShell(ref.name, ref.connection, base), spec);
  const keyOf = (name: string, connection: HostConnection, base: string, spec: PrepareSpec): string =>
    JSON.stringify([name, given(withKeyPaths(connection, base, home)), spec]);

  /** An early look serves once; one that failed is made anew, so that its failure is told as any other. */
  const taken = async (key: string): Promise<ObservedMachine | undefined> => {
    const begun = early.get(key);
    early.delete(key);
    if (begun === undefined || clock.monotonic() - begun.begunAt > earlyLookLastsMs) return undefined;
    return begun.observed.catch(() => undefined);
  };
  return {
    async lookAhead(ref, prepare) {
      const problems: Problem[] = [];
      const spec = readPrepare(prepare, Place.root(problems));
      if (spec === undefined || problems.length > 0 || ref.connection.kind !== "ssh") return;
      const observed = look({ ref, base: "/", spec });
      early.set(keyOf(ref.name, ref.connection, "/", spec), { observed, begunAt: clock.monotonic() });
      await observed;
    },
    unseen: async (host, spec) => planUnseen(host, spec),
    async preview(wish) {
      const { ref, base, spec } = wish;
      const observed = (await taken(keyOf(ref.name, ref.connection, base, spec))) ?? (await look(wish));
      wish.onLooked?.(lookedAt(observed));
      return { ...lookedAt(observed), plan: planPrepare(ref.name, observed, spec) };
    },
    async apply({ ref, base, spec, context, reviewed, ...wish }) {
      const onLooked = (observed: ObservedMachine) => wish.onLooked?.(lookedAt(observed));
      const shell = await openShell(ref.name, ref.connection, base);
      const { observed, plan } = await applyPreparation(shell, spec, { context, reviewed, onLooked });
      // A group counts from the next login on, and what was asked of an engine that was not there has failed for good.
      if (plan.operations.length > 0) await hosts.forget(ref, base);
      return { ...lookedAt(observed), plan };
    },
  };
}

const given = (record: object): unknown =>
  Object.entries(record)
    .filter(([, value]) => value !== undefined)
    .sort();

const lookedAt = ({ machineId, arch, engine, mayUseDocker }: ObservedMachine): LookedAtMachine => ({
  machineId,
  arch,
  usable: engine?.active === true && mayUseDocker,
});

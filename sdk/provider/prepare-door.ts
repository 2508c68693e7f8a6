/** The room that prepares machines, as the handler of Host asks for it. */
import type { ConnectionPool, SshConnectionSpec } from "../engine/connection/connection";
import { withKeyPaths } from "../engine/connection/key-paths";
import type { Shell } from "../engine/connection/shell";
import type { ObservedMachine } from "../engine/host/prepare/observed-machine";
import { planUnseen } from "../engine/host/prepare/plan-prepare";
import { applyPreparation, previewPreparation } from "../engine/host/prepare/prepare-host";
import type { Hosts } from "./engine-doors";
import type { LookedAtMachine, PrepareDoor, PrepareWish } from "./prepare-wish";

export interface PrepareDoorParts {
  readonly connections: () => Promise<ConnectionPool>;
  readonly hosts: Pick<Hosts, "forget">;
  /** For `~/`. */
  readonly home: string;
}

export function createPrepareDoor({ connections, hosts, home }: PrepareDoorParts): PrepareDoor {
  const shellOf = async ({ ref, base }: PrepareWish): Promise<Shell> =>
    (await connections()).openShell(ref.name, withKeyPaths(ref.connection, base, home) as SshConnectionSpec);
  return {
    unseen: async (host, spec) => planUnseen(host, spec),
    async preview(wish) {
      const onLooked = (observed: ObservedMachine) => wish.onLooked?.(lookedAt(observed));
      const { observed, plan } = await previewPreparation(await shellOf(wish), wish.spec, onLooked);
      return { ...lookedAt(observed), plan };
    },
    async apply(wish) {
      const onLooked = (observed: ObservedMachine) => wish.onLooked?.(lookedAt(observed));
      const { context, reviewed } = wish;
      const { observed, plan } = await applyPreparation(await shellOf(wish), wish.spec, { context, reviewed, onLooked });
      // A group counts from the next login on, and what was asked of an engine that was not there has failed for good.
      if (plan.operations.length > 0) await hosts.forget(wish.ref, wish.base);
      return { ...lookedAt(observed), plan };
    },
  };
}

const lookedAt = ({ machineId, arch, engine, mayUseDocker }: ObservedMachine): LookedAtMachine => ({
  machineId,
  arch,
  usable: engine?.active === true && mayUseDocker,
});

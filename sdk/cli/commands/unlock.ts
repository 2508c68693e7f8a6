import { homedir, hostname } from "node:os";
import { Command } from "commander";
import { type StackOptions, withExamples, withStackOptions, withYes } from "../common-options";
import { confirm } from "../confirm";
import type { Fleet } from "../fleet/fleet";
import { withFleet } from "../fleet/with-fleet";
import { heldLease } from "../fleet/workload-status";
import { printDocument } from "../json-output";
import { findBackend } from "../pulumi/backend";
import { clearStaleLocks, processAlive, readLocks, removeLock, type StackLock } from "../pulumi/stack-lock";
import type { Terminal } from "../terminal/terminal";

interface UnlockOptions extends StackOptions {
  readonly force?: boolean;
  readonly yes?: boolean;
}

interface HeldLease {
  readonly workload: string;
  readonly host: string;
  readonly holder: string;
  readonly since: string;
  readonly session: string;
}

export function unlockCommand(terminal: Terminal): Command {
  const command = withYes(withStackOptions(new Command("unlock")))
    .description(
      "Remove locks whose holder is gone: Pulumi's lock of the stack and leases on hosts. A lease ends with its process, so this is rarely needed. `--force` also ends those whose holder still lives: that run stops at its next step.",
    )
    .option("--force", "also locks and leases of a run that still lives")
    .action((options: UnlockOptions) => withFleet(options, terminal, (fleet) => unlock(fleet, options, terminal)));
  return withExamples(command, "dray unlock", "dray unlock --force");
}

async function unlock(fleet: Fleet, options: UnlockOptions, terminal: Terminal): Promise<void> {
  const { held, stale } = locksOf(fleet, terminal);
  const leases = await leasesOf(fleet);
  const busy = held.length + leases.length > 0;
  if (busy && options.force) await end(fleet, held, leases, options, terminal);
  if (options.json)
    return printDocument(terminal, "unlock", {
      removed: [...stale, ...(options.force ? held : [])],
      leases,
      ended: busy && (options.force ?? false),
    });
  const lines = [
    ...stale.map((lock) => `removed the lock of ${lock.username}@${lock.hostname} pid ${lock.pid}, which is gone`),
    ...held.map(
      (lock) =>
        `${options.force ? "removed the lock of" : "still locked by"} ${lock.username}@${lock.hostname} pid ${lock.pid} since ${lock.timestamp}`,
    ),
    ...leases.map(
      (it) =>
        `${options.force ? "ended the lease of" : "still changed by"} ${it.holder} on ${it.workload} at ${it.host} since ${it.since}`,
    ),
    ...(busy && !options.force ? ["Wait for them, or end them with --force."] : []),
  ];
  terminal.out(`${lines.length === 0 ? "Nothing is locked." : lines.join("\n")}\n`);
}

async function end(
  fleet: Fleet,
  held: readonly StackLock[],
  leases: readonly HeldLease[],
  options: UnlockOptions,
  terminal: Terminal,
): Promise<void> {
  const holders = [...held.map((it) => `${it.username}@${it.hostname} pid ${it.pid}`), ...leases.map((it) => it.holder)];
  await confirm(terminal, `End the run of ${[...new Set(holders)].join(", ")}?`, {
    yes: options.yes,
    what: "dray unlock --force",
  });
  for (const lock of held) removeLock(lock);
  // The lease is the session container: its holder learns at the next step that it lost it.
  for (const lease of leases) await (await fleet.connect(lease.host)).docker.removeContainer(lease.session, { force: true });
}

/** A lock of another machine is never called stale: nobody here can look whether its process lives. */
function locksOf({ chosen }: Fleet, { env }: Terminal): { held: StackLock[]; stale: StackLock[] } {
  const { stateDir } = findBackend({
    workDir: chosen.project.dir,
    env: { ...env } as NodeJS.ProcessEnv,
    home: env.HOME ?? homedir(),
  });
  if (stateDir === undefined) return { held: [], stale: [] };
  const place = { stateDir, project: chosen.project.name, stack: chosen.stack };
  const before = readLocks(place);
  const held = clearStaleLocks(place, { hostname: hostname(), isAlive: processAlive });
  return { held, stale: before.filter((lock) => !held.some((other) => other.file === lock.file)) };
}

async function leasesOf(fleet: Fleet): Promise<HeldLease[]> {
  const { reached } = await fleet.connectAll();
  const perHost = await Promise.all(
    reached.map(async (host) => {
      const { workloads } = await host.record.read();
      const own = fleet.state.workloads.flatMap(({ identity, name }) =>
        workloads[identity] === undefined ? [] : [{ name, record: workloads[identity] }],
      );
      return Promise.all(own.map(async ({ name, record }) => ({ name, host: host.name, lease: await heldLease(host, record) })));
    }),
  );
  return perHost
    .flat()
    .flatMap(({ name, host, lease }) =>
      lease === undefined ? [] : [{ workload: name, host, holder: lease.holder, since: lease.since, session: lease.session }],
    );
}

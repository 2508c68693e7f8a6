import { DrayageError, type ErrorCode } from "../../spec/drayage-error";
import type { Clock } from "../clock";
import type { ConnectionPool, ConnectionSpec } from "./connection";
import { masterKey, retireMaster } from "./kept-master";
import { openLocalConnection } from "./local-connection";
import type { OpenConnection } from "./open-connection";
import { type RuntimeDirectory, runtimeDirectory } from "./runtime-directory";
import { openSshConnection } from "./ssh-connection";
import type { MasterOptions } from "./ssh-master";
import { type OpenShell, openSshShell } from "./ssh-shell";

export interface ConnectionPoolOptions {
  /** Private directory for sockets; short, because the kernel limits their paths. */
  readonly runtimeDir: string;
  readonly clock: Clock;
  /** Default `ssh`, found on PATH. */
  readonly sshCommand?: string;
  /** How long an idle master stays after its last use, in seconds. Default 600. */
  readonly persistSeconds?: number;
  /** Socket of the local engine where a spec names none. Default /var/run/docker.sock. */
  readonly localSocket?: string;
  /** Told once per dial that takes longer than two seconds. */
  readonly onSlow?: (host: string) => void;
}

interface Entry {
  readonly dial: Promise<OpenConnection>;
  /** `clock.monotonic()` when the connection was last seen to work. */
  seenAt: number;
}

const slowMs = 2000;
/** A connection seen this recently is not asked again. */
const freshMs = 1000;
/** Waits between dials of a host that had answered in this run and then broke; a host that never answered gets one dial. */
const redialPausesMs = [0, 250, 500, 1000, 2000, 4000];

export function createConnectionPool(options: ConnectionPoolOptions): ConnectionPool {
  const { clock } = options;
  const entries = new Map<string, Entry>();
  /** Streams may still run over a connection that was replaced, so it is closed only with the pool. */
  const replaced: OpenConnection[] = [];
  const shells = new Map<string, Promise<OpenShell>>();
  let directory: Promise<RuntimeDirectory> | undefined;

  const masters = async (): Promise<MasterOptions> => {
    directory ??= runtimeDirectory(options.runtimeDir, clock);
    const { sshCommand = "ssh", persistSeconds = 600 } = options;
    return { sshCommand, persistSeconds, directory: await directory, clock };
  };
  const open = async (host: string, spec: ConnectionSpec): Promise<OpenConnection> => {
    if (spec.kind === "local") return openLocalConnection(host, spec, options.localSocket ?? "/var/run/docker.sock");
    return openSshConnection(host, spec, await masters());
  };
  const redial = async (host: string, spec: ConnectionSpec): Promise<OpenConnection> => {
    let failure: unknown;
    for (const pause of redialPausesMs) {
      await clock.sleep(pause);
      try {
        return await open(host, spec);
      } catch (error) {
        failure = error;
        if (!mayPass(error)) break;
      }
    }
    throw failure;
  };
  const enter = (name: string, host: string, dialling: Promise<OpenConnection>): Entry => {
    const dial = noticed(host, dialling, options);
    dial.catch(() => undefined);
    const entry = { dial, seenAt: Number.NEGATIVE_INFINITY };
    entries.set(name, entry);
    return entry;
  };

  /** A host that `connect` could not reach is not dialled again; one that only lacks an engine has a shell. */
  const unreached = async (name: string): Promise<void> => {
    const failure = await entries.get(name)?.dial.then(
      () => undefined,
      (error: unknown) => error,
    );
    if (failure instanceof DrayageError && letsNobodyIn.has(failure.code)) throw failure;
  };

  return {
    async openShell(host, spec) {
      const name = nameOf(host, spec);
      const shell =
        shells.get(name) ??
        noticed(
          host,
          unreached(name)
            .then(masters)
            .then((it) => openSshShell(host, spec, it)),
          options,
        );
      shells.set(name, shell);
      shell.catch(() => shells.delete(name));
      return shell;
    },
    async renew(host, spec) {
      const made = entries.get(nameOf(host, spec));
      entries.delete(nameOf(host, spec));
      await made?.dial.then((it) => replaced.push(it)).catch(() => undefined);
      const all = await masters();
      const key = await masterKey(host, spec, all);
      const kept = await all.directory.kept(key);
      if (kept !== undefined) await retireMaster(key, kept, all);
    },
    connect: async (host, spec) => {
      const name = nameOf(host, spec);
      let entry = entries.get(name) ?? enter(name, host, open(host, spec));
      const connection = await entry.dial;
      if (entry.seenAt === Number.NEGATIVE_INFINITY || clock.monotonic() - entry.seenAt <= freshMs) {
        entry.seenAt = clock.monotonic();
        return connection;
      }
      if (await connection.alive()) {
        entry.seenAt = clock.monotonic();
        return connection;
      }
      // Somebody who waited beside us may have begun to dial already.
      const current = entries.get(name);
      if (current !== undefined && current !== entry) return current.dial;
      replaced.push(connection);
      entry = enter(name, host, redial(host, spec));
      const again = await entry.dial;
      entry.seenAt = clock.monotonic();
      return again;
    },
    close: async ({ masters: ends = false } = {}) => {
      const opened = await Promise.allSettled([...entries.values()].map((entry) => entry.dial));
      entries.clear();
      const connections = [
        ...replaced.splice(0),
        ...opened.flatMap((result) => (result.status === "fulfilled" ? [result.value] : [])),
      ];
      for (const connection of connections) await (ends ? connection.endMaster() : connection.close());
      const open = await Promise.allSettled(shells.values());
      shells.clear();
      for (const shell of open) if (ends && shell.status === "fulfilled") await shell.value.endMaster();
    },
  };
}

/** Of an ssh that failed; an engine that cannot be served is none of these. */
const letsNobodyIn: ReadonlySet<ErrorCode> = new Set([
  "HOST_NAME_UNKNOWN",
  "HOST_REFUSED",
  "HOST_TIMEOUT",
  "HOST_UNREACHABLE",
  "HOST_KEY_UNKNOWN",
  "HOST_KEY_CHANGED",
  "PERMISSION_DENIED",
]);

const nameOf = (host: string, spec: ConnectionSpec): string => JSON.stringify([host, spec]);

/** A host that reboots refuses, times out or lacks its engine for a while; a wrong key or user does not mend itself. */
function mayPass(error: unknown): boolean {
  return (
    error instanceof DrayageError && ["HOST_REFUSED", "HOST_TIMEOUT", "HOST_UNREACHABLE", "DOCKER_MISSING"].includes(error.code)
  );
}

async function noticed<T>(host: string, dialling: Promise<T>, { clock, onSlow }: ConnectionPoolOptions): Promise<T> {
  if (onSlow === undefined) return dialling;
  const stop = new AbortController();
  clock.sleep(slowMs, stop.signal).then(
    () => {
      if (!stop.signal.aborted) onSlow(host);
    },
    () => undefined,
  );
  return dialling.finally(() => stop.abort());
}

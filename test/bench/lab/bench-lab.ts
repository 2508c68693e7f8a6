/** Throw-away hosts for one benchmark, taken down however it ends; ssh masters that the benchmark left end with them. */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Ran, run } from "../../../demo/workspace";
import { systemClock } from "../../../sdk/cli/system-clock";
import { connectDocker } from "../../../sdk/engine/docker/docker-client";
import { silentReport } from "../../../sdk/engine/report";
import { Lab, type LabUse } from "../../../sdk/lab/lab";
import type { LabState } from "../../../sdk/lab/lab-state";
import { DrayageError } from "../../../sdk/spec/drayage-error";
import type { BenchContext } from "../bench";

export interface BenchLab {
  readonly state: LabState;
  /** Folder of the benchmark, gone with the lab. */
  readonly folder: string;
  /** `user@address` over ssh, the host's key pinned. */
  sshArguments(host: string): string[];
  /** A fixed command on a host. @throws when it fails. */
  ssh(host: string, ...words: string[]): Promise<Ran>;
  /** A folder for sockets that no run used before: the next run has to dial. */
  freshRuntimeDir(): Promise<string>;
}

/** Names. */
export interface BenchHosts {
  readonly hosts: readonly string[];
  /** Without an engine. */
  readonly bare?: readonly string[];
}

export async function withBenchLab<T>(
  context: BenchContext,
  name: string,
  use: (lab: BenchLab) => Promise<T>,
  wanted: BenchHosts = { hosts: ["rack", "cloud"] },
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "drayage-bench-"));
  const runtimeDirs: string[] = [];
  const docker = connectDocker("this machine", context.dockerSocket);
  const labUse = (signal: AbortSignal): LabUse => ({
    root: folder,
    name: `bench-${name}-${process.pid}`,
    docker,
    context: { report: silentReport, signal, clock: systemClock },
  });
  try {
    const began = performance.now();
    const lab = await Lab.up({ ...labUse(context.signal), ...wanted });
    context.say(`${lab.state.hosts.length} throw-away hosts in ${((performance.now() - began) / 1000).toFixed(1)} s`);
    return await use({
      state: lab.state,
      folder,
      sshArguments: (host) => lab.sshArguments(host),
      async ssh(host, ...words) {
        const ran = await run("ssh", [...lab.sshArguments(host), ...words], folder, { signal: context.signal });
        if (ran.exitCode !== 0) throw new Error(`${host}: ${words.join(" ")}: ${ran.stderr.trim()}`);
        return ran;
      },
      async freshRuntimeDir() {
        const dir = await mkdtemp(join(tmpdir(), "drayage-run-"));
        runtimeDirs.push(dir);
        return dir;
      },
    });
  } finally {
    for (const dir of runtimeDirs) await endMasters(dir);
    await takeDown(labUse(new AbortController().signal));
    await rm(folder, { recursive: true, force: true });
  }
}

/** The masters whose control sockets lie in a runtime directory, and the directory. */
export async function endMasters(runtimeDir: string): Promise<void> {
  const sockets = (await readdir(runtimeDir).catch(() => [])).filter((file) => file.endsWith(".ctl"));
  for (const socket of sockets) {
    const master = ["-F", "/dev/null", "-o", "ProxyCommand=/bin/false", "-S", join(runtimeDir, socket)];
    await run("ssh", [...master, "-O", "exit", "--", "master"], runtimeDir).catch(() => undefined);
  }
  await rm(runtimeDir, { recursive: true, force: true });
}

async function takeDown(use: LabUse): Promise<void> {
  try {
    await (await Lab.open(use)).down();
  } catch (error) {
    if (!(error instanceof DrayageError) || error.code !== "NOT_FOUND") throw error;
  }
}

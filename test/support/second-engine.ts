/** A dockerd of its own beside the machine's: own images, no containers, no network. Ended by its pid, its files removed. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { existsSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectDocker } from "../../sdk/engine/docker/docker-client";
import type { HostHandle } from "../../sdk/engine/host/host-handle";
import { localHandle } from "./local-handle";

export interface SecondEngine {
  readonly host: HostHandle;
  readonly folder: string;
  stop(): Promise<void>;
}

export interface SecondEngineOptions {
  /** The engine's data lives on a disk of that size. */
  readonly diskBytes?: number;
  /** A wire between it and this machine, of a network that is nobody else's. Default: it has no network. */
  readonly link?: Link;
  /** More arguments of the daemon. */
  readonly args?: readonly string[];
}

/** The addresses of both ends. */
export interface Link {
  readonly here: string;
  readonly there: string;
}

/** From the range that is for tests of networks, RFC 2544. */
export function chooseLink(): Link {
  const network = `198.18.${randomInt(256)}`;
  const first = 4 * randomInt(64);
  return { here: `${network}.${first + 1}`, there: `${network}.${first + 2}` };
}

export async function startSecondEngine(name: string, options: SecondEngineOptions = {}): Promise<SecondEngine> {
  const folder = mkdtempSync(join(tmpdir(), `drayage-${name}-`));
  const at = (part: string) => join(folder, part);
  const unmount = options.diskBytes === undefined ? () => undefined : mountDisk(folder, at("data"), options.diskBytes);
  const log = openSync(at("log"), "w");
  // In a network namespace of its own: with --bridge=none a dockerd deletes the interface docker0 that it finds, and that would be
  // the one of the machine's engine.
  const daemon = spawn(
    "unshare",
    [
      ...["--net", "--", "dockerd"],
      ...["--data-root", at("data"), "--exec-root", at("exec"), "--pidfile", at("pid"), "--host", `unix://${at("docker.sock")}`],
      ...["--iptables=false", "--ip6tables=false", "--bridge=none", "--storage-driver=overlay2"],
      ...(options.args ?? []),
    ],
    { stdio: ["ignore", log, log] },
  );
  const stop = async () => {
    await ended(daemon);
    unmount();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await answering(at("docker.sock"), daemon);
    if (options.link !== undefined) connectBy(options.link, daemon.pid ?? 0);
    return { host: await localHandle(name, at("docker.sock")), folder, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Goes with the namespace, so that nothing has to take it down. */
function connectBy({ here, there }: Link, pid: number): void {
  const name = `dray${randomInt(1_000_000)}`;
  const inside = (...args: string[]) => execFileSync("nsenter", ["--target", String(pid), "--net", "--", "ip", ...args]);
  execFileSync("ip", ["link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", String(pid)]);
  execFileSync("ip", ["addr", "add", `${here}/30`, "dev", name]);
  execFileSync("ip", ["link", "set", name, "up"]);
  inside("addr", "add", `${there}/30`, "dev", "eth0");
  inside("link", "set", "eth0", "up");
}

function mountDisk(folder: string, mountPoint: string, bytes: number): () => void {
  const image = join(folder, "disk.img");
  execFileSync("truncate", ["--size", String(bytes), image]);
  execFileSync("mkfs.ext4", ["-q", "-F", image]);
  execFileSync("mkdir", ["-p", mountPoint]);
  execFileSync("mount", ["-o", "loop", image, mountPoint]);
  return () => execFileSync("umount", ["--recursive", mountPoint]);
}

async function answering(socket: string, daemon: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt += 1) {
    if (daemon.exitCode !== null) throw new Error(`dockerd ended with ${daemon.exitCode}`);
    if (existsSync(socket)) {
      const answered = await connectDocker("second", socket)
        .listImages()
        .then(() => true)
        .catch(() => false);
      if (answered) return;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("the second dockerd did not answer in 40 s");
}

function ended(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    daemon.once("exit", () => resolve());
    daemon.kill("SIGTERM");
  });
}

import { spawn } from "node:child_process";
import { existsSync, openSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { aptInstall } from "./apt-install";
import type { Machine } from "./check";
import { forget, readObtained, remember } from "./obtained";
import { runProgram } from "./run-program";

/** Installs Debian's engine where we may. What stands in the way, or undefined when `dockerd` is there. */
export async function installEngine(machine: Machine): Promise<string | undefined> {
  const { env, socket } = machine;
  if (env.DOCKER_HOST !== undefined) return `DOCKER_HOST is ${env.DOCKER_HOST}, and no engine answers at ${socket}`;
  if (process.platform !== "linux") return "an engine is only installed on Linux; start Docker Desktop, colima or the like";
  if ((await runProgram("dockerd", ["--version"], { env })).code === 0)
    return process.getuid?.() === 0 ? undefined : "no engine answers, and only root can start it";
  const obstacle = await aptInstall(machine, ["docker.io", "iptables", "ca-certificates"]);
  return obstacle === undefined ? undefined : `there is no dockerd, and ${obstacle}`;
}

/** By systemd where it runs, else as a process of its own that outlives us. What stands in the way, or undefined when it answers. */
export async function startEngine(machine: Machine, answers: () => Promise<boolean>): Promise<string | undefined> {
  // Installing may have started it already.
  if (await within(machine, 2000, answers)) return undefined;
  if (existsSync("/run/systemd/system")) {
    const ended = await runProgram("systemctl", ["start", "docker"], { env: machine.env });
    if (ended.code !== 0) return `systemctl start docker failed: ${ended.stderr.trim()}`;
  } else await spawnEngine(machine);
  if (await within(machine, 60_000, answers)) return undefined;
  return `dockerd was started but does not answer; see ${engineLog(machine.cacheDir)} or journalctl -u docker`;
}

/** Ends the engine that set-up started, known by process id and start time; nothing else. True when there was one. */
export async function stopOwnEngine(machine: Machine): Promise<boolean> {
  const { engine } = await readObtained(machine.cacheDir);
  if (engine === undefined || (await processStart(engine.pid)) !== engine.startedAt) return false;
  process.kill(engine.pid, "SIGTERM");
  await within(machine, 30_000, async () => (await processStart(engine.pid)) !== engine.startedAt);
  await forget(machine.cacheDir, "engine");
  return true;
}

/** As a process of its own: its id and start time are recorded, its words go to a file of the cache. */
export async function spawnEngine({ cacheDir, env }: Machine): Promise<void> {
  await mkdir(cacheDir, { recursive: true });
  const log = openSync(engineLog(cacheDir), "a", 0o600);
  const child = spawn("dockerd", [], { detached: true, env: { ...env }, stdio: ["ignore", log, log] });
  await new Promise((resolve) => child.once("spawn", resolve).once("error", resolve));
  child.unref();
  const startedAt = child.pid === undefined ? undefined : await processStart(child.pid);
  if (child.pid !== undefined && startedAt !== undefined) await remember(cacheDir, { engine: { pid: child.pid, startedAt } });
}

/** Clock ticks since boot at which a process began: with its id, what tells it from a later one of the same id. */
async function processStart(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields?.[0] === "Z" ? undefined : fields?.[19];
}

async function within({ context }: Machine, milliseconds: number, holds: () => Promise<boolean>): Promise<boolean> {
  const deadline = context.clock.monotonic() + milliseconds;
  while (context.clock.monotonic() < deadline) {
    if (await holds()) return true;
    await context.clock.sleep(100, context.signal);
  }
  return false;
}

function engineLog(cacheDir: string): string {
  return join(cacheDir, "dockerd.log");
}

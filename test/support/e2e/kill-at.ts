/** Kills `dray` in the way nothing can catch, at a moment told by its own `--json` lines. */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { repository } from "./e2e-run";
import type { JsonLine, TestProgram } from "./test-program";

export interface Moment {
  readonly phase: "started" | "finished";
  /** The operation's id, or how it begins: `record cede`, `start app`. */
  readonly operation: string;
}

/** @throws when the run ended before the moment came: a kill that did not happen proves nothing */
export async function killAt(program: TestProgram, moment: Moment, args: readonly string[] = ["up", "--yes"]): Promise<void> {
  const run = await runUntil(program, moment, args);
  run.child.kill("SIGKILL");
  await run.ended;
  await pulumiGone(program);
}

/** Kills the engine of a program's run in the way nothing can catch, and leaves `dray` to find out. */
export function killEngine({ dir }: TestProgram): void {
  const engines = readdirSync("/proc").filter((pid) => isPulumiIn(dir, pid));
  if (engines.length === 0) throw new Error(`no pulumi runs in ${dir}`);
  for (const pid of engines) process.kill(Number(pid), "SIGKILL");
}

/** Ctrl-C, and once more when the first was understood. Yields how the run ended. @throws as killAt */
export async function interruptAt(
  program: TestProgram,
  moment: Moment,
  times: 1 | 2,
): Promise<{ exitCode: number | null; stderr: string }> {
  const run = await runUntil(program, moment, ["up", "--yes"]);
  run.child.kill("SIGINT");
  while (times === 2 && !run.stderr().includes("Ctrl-C again")) await pause(20);
  if (times === 2) run.child.kill("SIGINT");
  const exitCode = await run.ended;
  await pulumiGone(program);
  return { exitCode, stderr: run.stderr() };
}

async function runUntil(program: TestProgram, moment: Moment, args: readonly string[]) {
  const env = { ...process.env, ...program.environment() };
  const child = spawn(process.execPath, [join(repository, "dist/sdk/cli/main.js"), ...args, "--json"], { cwd: program.dir, env });
  const ended = new Promise<number | null>((done) => child.on("exit", done));
  const seen: string[] = [];
  const told: string[] = [];
  child.stderr.on("data", (chunk: Buffer) => told.push(chunk.toString()));
  for await (const text of createInterface({ input: child.stdout })) {
    const line = JSON.parse(text) as JsonLine & { readonly phase?: string; readonly id?: string };
    seen.push(`${line.phase ?? line.event} ${line.id ?? ""}`);
    if (line.event !== "operation" || line.phase !== moment.phase || !line.id?.startsWith(moment.operation)) continue;
    child.stdout.resume();
    return { child, ended, stderr: () => told.join("") };
  }
  throw new Error(`no ${moment.phase} of ${moment.operation} in:\n${seen.join("\n")}`);
}

/** The engine notices the death of its client and ends by itself; its lock goes with the next run. */
async function pulumiGone({ dir }: TestProgram): Promise<void> {
  while (readdirSync("/proc").some((pid) => isPulumiIn(dir, pid))) await pause(50);
}

/** The ssh masters, which outlive a run on purpose, have the same working directory. */
function isPulumiIn(folder: string, pid: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").startsWith("pulumi") && readlinkSync(`/proc/${pid}/cwd`) === folder;
  } catch {
    return false;
  }
}

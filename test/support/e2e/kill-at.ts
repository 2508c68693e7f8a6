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

/**
 * Kills at the first line that is the one. Yields all that were printed, so also what else was in flight. @throws as killAt
 */
export async function killWhen(
  program: TestProgram,
  isThen: (line: JsonLine) => boolean,
  args: readonly string[] = ["up", "--yes"],
): Promise<readonly JsonLine[]> {
  const run = await runUntilLine(program, isThen, args);
  run.child.kill("SIGKILL");
  await run.ended;
  await pulumiGone(program);
  return run.lines;
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

function runUntil(program: TestProgram, moment: Moment, args: readonly string[]) {
  const isThen = ({ event, phase, id }: JsonLine) =>
    event === "operation" && phase === moment.phase && String(id).startsWith(moment.operation);
  return runUntilLine(program, isThen, args);
}

async function runUntilLine(program: TestProgram, isThen: (line: JsonLine) => boolean, args: readonly string[]) {
  const env = { ...process.env, ...program.environment() };
  const child = spawn(process.execPath, [join(repository, "dist/sdk/cli/main.js"), ...args, "--json"], { cwd: program.dir, env });
  const ended = new Promise<number | null>((done) => child.on("exit", done));
  const lines: JsonLine[] = [];
  const told: string[] = [];
  child.stderr.on("data", (chunk: Buffer) => told.push(chunk.toString()));
  const came = new Promise<boolean>((done) => {
    const reader = createInterface({ input: child.stdout });
    reader.on("line", (text) => {
      if (text === "") return;
      const line = JSON.parse(text) as JsonLine;
      lines.push(line);
      if (isThen(line)) done(true);
    });
    reader.on("close", () => done(false));
  });
  if (await came) return { child, ended, lines, stderr: () => told.join("") };
  const seen = lines.map(({ event, phase, id, name }) => `${phase ?? event} ${id ?? name ?? ""}`);
  throw new Error(`the moment did not come in:\n${seen.join("\n")}\n${told.join("")}`);
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

import { spawn } from "node:child_process";
import { buffer } from "node:stream/consumers";

export interface Ended {
  /** 127 when there is no such program. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunProgramOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly signal?: AbortSignal;
}

/** Runs a program to its end; its failure is an answer, not an exception. Values go as arguments, never through a shell. */
export async function runProgram(file: string, args: readonly string[], options: RunProgramOptions = {}): Promise<Ended> {
  const child = spawn(file, args, { ...options, env: { ...options.env }, stdio: ["ignore", "pipe", "pipe"] });
  const code = new Promise<number>((resolve) => {
    child.once("error", () => resolve(127));
    child.once("close", (status) => resolve(status ?? 130));
  });
  const [stdout, stderr] = await Promise.all([buffer(child.stdout), buffer(child.stderr)]);
  return { code: await code, stdout: stdout.toString(), stderr: stderr.toString() };
}

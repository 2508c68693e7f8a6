/** The engine's process: its output, and signals sent exactly as often as they are meant. */
import { spawn } from "node:child_process";

export interface ProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
  readonly abandon?: AbortSignal | undefined;
}

export interface ProcessEnd {
  readonly exitCode: number;
  readonly stderr: string;
}

export function runProcess({ command, args, cwd, env, signal, abandon }: ProcessOptions): Promise<ProcessEnd> {
  // A group of its own: a terminal's Ctrl-C reaches us and not the engine, and two signals make it leave at once.
  const child = spawn(command, args, { cwd, env, detached: true, stdio: ["ignore", "ignore", "pipe"] });
  const interrupt = () => void child.kill("SIGINT");
  signal?.addEventListener("abort", interrupt, { once: true });
  abandon?.addEventListener("abort", interrupt, { once: true });
  if (signal?.aborted) interrupt();
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-64 * 1024);
  });
  return new Promise<ProcessEnd>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ exitCode: code ?? 1, stderr }));
  }).finally(() => {
    signal?.removeEventListener("abort", interrupt);
    abandon?.removeEventListener("abort", interrupt);
  });
}

/** Runs the system's ssh to its end. Arguments only, no shell; in a session of its own, so that Ctrl-C does not reach it. */
import { spawn } from "node:child_process";
import { open, readFile, unlink } from "node:fs/promises";

export interface SshRun {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
  /** errno when ssh could not be started. */
  readonly systemCode?: string;
}

export interface SshRunOptions {
  readonly deadlineMs: number;
  /**
   * Where stderr goes when the process stays behind in the background: a pipe would be held open by it. Read and removed at the end.
   */
  readonly stderrFile?: string;
  readonly stdin?: string;
  /** Each piece of stdout as it comes. */
  readonly onStdout?: (text: string) => void;
  /** Ends the process. */
  readonly signal?: AbortSignal | undefined;
}

export async function runSsh(sshCommand: string, args: readonly string[], options: SshRunOptions): Promise<SshRun> {
  const log = options.stderrFile === undefined ? undefined : await open(options.stderrFile, "w", 0o600);
  try {
    const ended = await run(sshCommand, args, options, log?.fd);
    const logged = options.stderrFile === undefined ? undefined : await readFile(options.stderrFile, "utf8").catch(() => "");
    return { ...ended, stderr: logged ?? ended.stderr };
  } finally {
    await log?.close();
    if (options.stderrFile !== undefined) await unlink(options.stderrFile).catch(() => undefined);
  }
}

function run(sshCommand: string, args: readonly string[], options: SshRunOptions, stderrFd: number | undefined): Promise<SshRun> {
  return new Promise((resolve) => {
    const background = stderrFd !== undefined;
    const child = spawn(sshCommand, args, {
      detached: true,
      stdio: [options.stdin === undefined ? "ignore" : "pipe", background ? "ignore" : "pipe", stderrFd ?? "pipe"],
    });
    const heard = { stdout: "", stderr: "" };
    let timedOut = false;
    const stop = () => {
      child.kill("SIGKILL");
      // A master has taken these pipes over and keeps them while the remote command runs.
      for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe?.destroy();
    };
    const deadline = setTimeout(() => {
      timedOut = true;
      stop();
    }, options.deadlineMs);
    options.signal?.addEventListener("abort", stop);
    for (const name of ["stdout", "stderr"] as const)
      child[name]?.setEncoding("utf8").on("data", (text: string) => {
        heard[name] += text;
        if (name === "stdout") options.onStdout?.(text);
      });
    child.stdin?.on("error", () => undefined).end(options.stdin);
    const done = (exitCode: number | null, systemCode?: string): void => {
      clearTimeout(deadline);
      options.signal?.removeEventListener("abort", stop);
      resolve({ exitCode: exitCode ?? undefined, ...heard, timedOut, ...(systemCode === undefined ? {} : { systemCode }) });
    };
    child.once("error", (error: NodeJS.ErrnoException) => done(null, error.code ?? "EUNKNOWN"));
    child.once(background ? "exit" : "close", (exitCode) => done(exitCode));
  });
}

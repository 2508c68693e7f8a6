/** Runs the system's ssh with streams at its ends, as run-ssh does with text. */
import { spawn } from "node:child_process";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { DrayageError } from "../../spec/drayage-error";

export interface SshStreams {
  readonly input: string;
  readonly stdin?: Readable;
  readonly stdout?: Writable;
  readonly signal?: AbortSignal | undefined;
}

export async function streamSsh(
  sshCommand: string,
  args: readonly string[],
  { input, stdin, stdout, signal }: SshStreams,
): Promise<{ readonly exitCode: number | undefined; readonly stderr: string }> {
  signal?.throwIfAborted();
  const child = spawn(sshCommand, args, { detached: true, stdio: ["pipe", "pipe", "pipe"] });
  const stop = (): void => void child.kill("SIGKILL");
  signal?.addEventListener("abort", stop, { once: true });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended = new Promise<number | undefined>((resolve) => {
    child.once("error", () => resolve(undefined));
    child.once("close", (code) => resolve(code ?? undefined));
  });
  const failures: unknown[] = [];
  const failed = (error: unknown): void => {
    failures.push(error);
    stop();
  };
  // A script that ends before it has read everything closes the pipe: its exit code says why.
  const sent = pipeline(Readable.from(following(input, stdin)), child.stdin).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE" && error.code !== "ECONNRESET" && error.code !== "ERR_STREAM_PREMATURE_CLOSE") failed(error);
    stdin?.destroy();
  });
  const received = stdout === undefined ? child.stdout.resume() : pipeline(child.stdout, stdout).catch(failed);
  const exitCode = await ended;
  await Promise.all([sent, received]);
  signal?.removeEventListener("abort", stop);
  if (signal?.aborted) throw new DrayageError("CANCELLED", "Stopped.");
  if (failures.length > 0) throw failures[0];
  return { exitCode, stderr };
}

async function* following(input: string, stdin: Readable | undefined): AsyncGenerator<Buffer | string> {
  yield input;
  if (stdin !== undefined) yield* stdin;
}

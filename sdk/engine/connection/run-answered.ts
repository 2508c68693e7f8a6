/** A remote command that begins with an empty line, so that a line without anybody at its end is found out early. */
import { runSsh, type SshRun, type SshRunOptions } from "./run-ssh";

export interface AnsweredRun extends SshRun {
  /** The empty line came. */
  readonly answered: boolean;
  /** It did not come in time, and ssh was ended. */
  readonly silent: boolean;
}

/** Yields stdout without the empty line. */
export async function runAnswered(
  sshCommand: string,
  args: readonly string[],
  options: Omit<SshRunOptions, "stderrFile">,
  silentMs: number,
): Promise<AnsweredRun> {
  const heard = { answered: false, silent: false };
  const stop = new AbortController();
  const late = setTimeout(() => {
    heard.silent = true;
    stop.abort();
  }, silentMs);
  const onStdout = (text: string): void => {
    const rest = heard.answered ? text : text.slice(1);
    heard.answered = true;
    clearTimeout(late);
    if (rest !== "") options.onStdout?.(rest);
  };
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
  const ran = await runSsh(sshCommand, args, { ...options, onStdout, signal });
  clearTimeout(late);
  return { ...ran, ...heard, stdout: heard.answered ? ran.stdout.slice(1) : ran.stdout };
}

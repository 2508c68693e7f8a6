/** Patience with a machine that was just made: it boots, refuses, closes, and some day lets us in. */
import { DrayageError } from "../../../spec/drayage-error";
import { fixedScript, type Shell } from "../../connection/shell";
import { isOwnSsh } from "../../connection/ssh-errors";
import type { RunContext } from "../../run-context";
import { readBootReport } from "./cloud-init-status";

export interface AwaitMachine extends Pick<RunContext, "clock" | "signal"> {
  /** The program's name for the host. */
  readonly host: string;
  readonly address: string;
  /** Dials once. */
  readonly open: () => Promise<Shell>;
  readonly patienceMs: number;
  /** What it waits for, for the person in front. */
  readonly progress: (text: string) => void;
}

/** @throws HOST_TIMEOUT when patience ends, and at once what waiting cannot cure: another key, another user. */
export async function awaitShell(request: AwaitMachine): Promise<Shell> {
  const { clock, signal, patienceMs, progress, address } = request;
  const began = clock.monotonic();
  for (let dial = 1; ; dial++) {
    signal.throwIfAborted();
    const failure = await request.open().catch((error: unknown) => error);
    if (!(failure instanceof Error)) return failure as Shell;
    if (!isBooting(failure)) throw failure;
    const waited = clock.monotonic() - began;
    if (waited >= patienceMs) throw tooLate(request, `${address} let nobody in: ${failure.message}`);
    progress(`${failure.message} (${Math.round(waited / 1000)} s)`);
    await clock.sleep(Math.min(250 * dial, 2000), signal);
  }
}

/** Until cloud-init has ended. Yields what it complained of. @throws HOST_TIMEOUT */
export async function awaitBoot(shell: Shell, request: AwaitMachine): Promise<readonly string[]> {
  request.progress("cloud-init");
  const { signal, patienceMs } = request;
  const run = await shell.run(bootStatus, { deadlineMs: patienceMs, signal }).catch((error: unknown) => {
    if (error instanceof DrayageError && error.code === "TIMED_OUT") throw tooLate(request, "cloud-init has not ended");
    throw error;
  });
  const report = readBootReport(run);
  if (report.kind === "unfinished") throw tooLate(request, `cloud-init has not ended (${report.status})`);
  return report.kind === "done" ? report.complaints : [];
}

/** Older ones know no --format. */
const bootStatus = fixedScript`command -v cloud-init >/dev/null || exit 127
said=$(cloud-init status --wait --format=json 2>/dev/null)
case $said in *{*) printf '%s\n' "$said" ;; *) cloud-init status --wait ;; esac
exit 0`;

/** A name or sshd that is not there yet, or closes because the system is not up. A wrong key is none of these, nor is a wrong user. */
const isBooting = (error: Error): boolean =>
  error instanceof DrayageError &&
  ["HOST_NAME_UNKNOWN", "HOST_REFUSED", "HOST_TIMEOUT", "HOST_UNREACHABLE"].includes(error.code) &&
  !isOwnSsh(error);

function tooLate({ host, patienceMs }: AwaitMachine, message: string): DrayageError {
  return new DrayageError("HOST_TIMEOUT", `${message}, after ${Math.round(patienceMs / 1000)} s`, {
    subject: host,
    hint: 'Look at the machine\'s console, then run the same command again; customTimeouts: { create: "15m" } waits longer.',
  });
}

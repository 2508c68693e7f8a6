/** One authenticated connection to a host, kept by an ssh process in the background, and what is asked of it. */
import { readFile, unlink } from "node:fs/promises";
import type { Clock } from "../clock";
import type { SshConnectionSpec } from "./connection";
import { fingerprintOf, type HostKey, hostKeyAlgorithms, hostKeyText, type Pin, parseHostKey, parsePin } from "./host-key";
import { runSsh, type SshRun } from "./run-ssh";
import type { RuntimeDirectory } from "./runtime-directory";
import {
  diagnosisArguments,
  type HostKeyQuestion,
  type MasterCommand,
  masterArguments,
  masterCommandArguments,
} from "./ssh-arguments";
import { isBehindProxy, isTransient, sshError } from "./ssh-errors";

export interface MasterOptions {
  readonly sshCommand: string;
  readonly persistSeconds: number;
  readonly directory: RuntimeDirectory;
  readonly clock: Clock;
}

export interface Master {
  readonly controlPath: string;
  readonly hostKey: string | undefined;
}

/** ConnectTimeout covers each connection; this covers hosts on the way, agents and slow logins. */
const dialDeadlineMs = 30_000;
const commandDeadlineMs = 10_000;
const retryPausesMs = [300, 900];

/** Dials and authenticates, after the host's key was found to be the right one. @throws HOST_* PERMISSION_DENIED */
export async function startMaster(host: string, key: string, spec: SshConnectionSpec, options: MasterOptions): Promise<Master> {
  const pin = spec.hostKey === undefined ? undefined : parsePin(host, spec.hostKey);
  const offered: HostKey[] = [];
  for (let retries = 0; ; ) {
    const attempt = await dial(key, spec, pin, offered, options);
    const shown = attempt.offered.filter((candidate) => !offered.some((known) => known.base64 === candidate.base64));
    offered.push(...shown);
    if (attempt.run.exitCode === 0) return { controlPath: attempt.controlPath, hostKey: verified(attempt.offered) };
    // A fingerprint may be that of another of the host's keys than the one it showed first.
    if (
      pin !== undefined &&
      pin.type === undefined &&
      shown.length > 0 &&
      !shown.some((one) => fingerprintOf(one) === pin.fingerprint)
    ) {
      if (hostKeyAlgorithms(undefined, offered).length > 0) continue;
    }
    const pause = isTransient(attempt.run.stderr) ? retryPausesMs[retries++] : undefined;
    if (pause === undefined) throw await failure(host, spec, pin, offered, attempt.run);
    await options.clock.sleep(pause);
  }
}

export function tellMaster(sshCommand: string, controlPath: string, command: MasterCommand): Promise<SshRun> {
  return runSsh(sshCommand, masterCommandArguments(controlPath, command), { deadlineMs: commandDeadlineMs });
}

async function dial(
  key: string,
  spec: SshConnectionSpec,
  pin: Pin | undefined,
  seen: readonly HostKey[],
  options: MasterOptions,
) {
  const controlPath = options.directory.fresh(key, "ctl");
  const pinned = pin && { wanted: pin.fingerprint, algorithms: hostKeyAlgorithms(pin.type, seen) };
  const attempt = await contact(key, pinned, options, (question) =>
    masterArguments(spec, controlPath, options.persistSeconds, question),
  );
  if (attempt.run.exitCode === 0 || !isBehindProxy(attempt.run.stderr)) return { ...attempt, controlPath };
  // A master keeps what a host on the way says to itself.
  const asked = await contact(key, pinned, options, (question) => diagnosisArguments(spec, question));
  return asked.offered.length === 0 ? { ...asked, controlPath } : { ...attempt, controlPath };
}

async function contact(
  key: string,
  pinned: Pick<HostKeyQuestion, "wanted" | "algorithms"> | undefined,
  { directory, sshCommand }: MasterOptions,
  argumentsFor: (question: HostKeyQuestion) => string[],
): Promise<{ run: SshRun; offered: HostKey[] }> {
  const record = directory.fresh(key, "keys");
  const args = argumentsFor({ script: await directory.hostKeyScript(), record, ...pinned });
  const run = await runSsh(sshCommand, args, { deadlineMs: dialDeadlineMs, stderrFile: directory.fresh(key, "log") });
  const lines = await readFile(record, "utf8").catch(() => "");
  await unlink(record).catch(() => undefined);
  return { run, offered: lines.split("\n").flatMap((line) => parseHostKey(line) ?? []) };
}

function verified(offered: readonly HostKey[]): string | undefined {
  const key = offered[offered.length - 1];
  return key && hostKeyText(key);
}

async function failure(host: string, spec: SshConnectionSpec, pin: Pin | undefined, offered: readonly HostKey[], run: SshRun) {
  return sshError({
    host,
    address: spec.address,
    stderr: run.stderr,
    timedOut: run.timedOut,
    systemCode: run.systemCode,
    offered,
    wanted: pin?.fingerprint ?? (await knownFingerprint(run.stderr)),
    pinned: pin !== undefined,
  });
}

/** ssh names the line of known_hosts that the shown key contradicts. */
async function knownFingerprint(stderr: string): Promise<string | undefined> {
  const [, file, line] = /Offending .* key in (.+):(\d+)/.exec(stderr) ?? [];
  if (file === undefined) return undefined;
  const text = await readFile(file, "utf8").catch(() => "");
  const fields = (text.split("\n")[Number(line) - 1] ?? "").trim().split(/\s+/);
  const key = parseHostKey(fields.slice(fields[0]?.startsWith("@") ? 2 : 1).join(" "));
  return key && fingerprintOf(key);
}

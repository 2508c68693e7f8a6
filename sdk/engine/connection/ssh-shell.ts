/** A host's shell over its ssh master; needs nothing on the host but sshd and a POSIX shell. */
import { DrayageError } from "../../spec/drayage-error";
import type { SshConnectionSpec } from "./connection";
import { findMaster, masterKey, removeMaster } from "./kept-master";
import { runAnswered } from "./run-answered";
import { runSsh, type SshRun } from "./run-ssh";
import type { KeptConnection } from "./runtime-directory";
import { type FixedScript, fixedScript, type Shell, type ShellOptions, type ShellRun } from "./shell";
import { remoteCommandArguments } from "./ssh-arguments";
import type { MasterOptions } from "./ssh-master";
import { streamSsh } from "./stream-ssh";
import { sudoError } from "./sudo-error";

/** A shell as the pool holds it. */
export interface OpenShell extends Shell {
  endMaster(): Promise<void>;
}

const defaultDeadlineMs = 30_000;
/** A master of an earlier run may be the end of a line that is cut: it takes a script and never gives an answer. */
const silentMs = 4000;
/** sshd has too many sessions of ours for the moment. */
const sessionPausesMs = [200, 500, 1000, 2000];

/** Dials when there is no master yet. @throws HOST_* PERMISSION_DENIED */
export async function openSshShell(host: string, spec: SshConnectionSpec, options: MasterOptions): Promise<OpenShell> {
  const key = await masterKey(host, spec, options);
  const found = await findMaster(host, spec, key, options);
  let master = found.kept;
  let proved = found.fresh;
  /** Left to what others do over them. */
  const left: KeptConnection[] = [];

  const once = async (script: FixedScript, asked: ShellOptions): Promise<SshRun & { silent?: boolean }> => {
    const lines = asked.onLine && byLine(asked.onLine);
    const run = {
      deadlineMs: asked.deadlineMs ?? defaultDeadlineMs,
      stdin: script + (asked.input ?? ""),
      signal: asked.signal,
      ...(lines && { onStdout: lines }),
    };
    const command = wrapped(script, asked.root === true);
    const overMaster = (words: string) => remoteCommandArguments(master.controlPath, words);
    if (proved) return runSsh(options.sshCommand, overMaster(command), run);
    const ran = await runAnswered(options.sshCommand, overMaster(answering(command)), run, silentMs);
    proved ||= ran.answered;
    return { ...ran, silent: ran.silent };
  };
  const replace = async (inUse: boolean): Promise<void> => {
    const next = await findMaster(host, spec, key, options, { kept: master, inUse });
    if (inUse) left.push(master);
    master = next.kept;
    proved = next.fresh;
  };
  const begun = async (script: FixedScript, asked: ShellOptions): Promise<SshRun> => {
    let ran = await once(script, asked);
    for (const pause of sessionPausesMs) {
      if (!isCrowded(ran)) break;
      await options.clock.sleep(pause, asked.signal);
      ran = await once(script, asked);
    }
    if (!ran.silent && !neverBegan(ran)) return ran;
    // A master that is full or silent is not ended: it carries what others do.
    await replace(ran.silent === true || isCrowded(ran));
    return once(script, asked);
  };
  return {
    host,
    spec,
    get hostKey() {
      return master.hostKey;
    },
    async run(script, asked = {}): Promise<ShellRun> {
      asked.signal?.throwIfAborted();
      const { exitCode, stdout, stderr, timedOut } = await begun(script, asked);
      asked.signal?.throwIfAborted();
      if (timedOut) throw overdue(host, asked);
      if (exitCode === undefined || exitCode === 255) throw broken(host, stderr);
      const refused = asked.root === true && stdout === "" ? sudoError(host, stderr, exitCode, spec.user) : undefined;
      if (refused !== undefined) throw refused;
      return { exitCode, stdout, stderr };
    },
    async stream(script, streams) {
      // The one short question finds out whether the master still serves; a stream cannot be begun twice.
      await begun(fixedScript`:`, {});
      const args = remoteCommandArguments(master.controlPath, wrapped(script, false));
      const { exitCode, stderr } = await streamSsh(options.sshCommand, args, {
        ...streams,
        input: script + (streams.input ?? ""),
      });
      if (exitCode === undefined || exitCode === 255) throw broken(host, stderr);
      return { exitCode, stderr };
    },
    endMaster: async () => {
      for (const each of [...left.splice(0), master]) await removeMaster(key, each, options);
    },
  };
}

/**
 * The script comes first on stdin and the input after it, so that the host's logs hold one short constant. `head -c` takes exactly the
 * script; the number is its length, and the only thing here that is not a constant.
 */
function wrapped(script: FixedScript, root: boolean): string {
  return `/bin/sh -c ${quoted(root ? asRoot : asUser)} drayage ${Buffer.byteLength(script)} ${quoted(readScript)}`;
}

/** Says at once that somebody is there. */
const answering = (command: string): string => `echo; ${command}`;

const readScript = fixedScript`script=$(head -c "$1") && eval "$script"`;
const asUser = fixedScript`exec /bin/sh -c "$2" drayage "$1"`;
const asRoot = fixedScript`if [ "$(id -u)" = 0 ]; then exec /bin/sh -c "$2" drayage "$1"; fi; LC_ALL=C exec sudo -n /bin/sh -c "$2" drayage "$1"`;

/** For constants of ours that hold no single quote. */
const quoted = (constant: FixedScript): string => `'${constant}'`;

/** ssh did not reach the master: had it, the host would have got the script. */
const neverBegan = ({ exitCode, stderr }: SshRun): boolean =>
  exitCode === 255 && /Control socket connect\(|UNKNOWN port 65535|Session open refused by peer/.test(stderr);

const isCrowded = ({ stderr }: SshRun): boolean => /Session open refused by peer/.test(stderr);

function byLine(onLine: (line: string) => void): (text: string) => void {
  let rest = "";
  return (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line);
  };
}

const overdue = (host: string, { deadlineMs = defaultDeadlineMs }: ShellOptions): DrayageError =>
  new DrayageError("TIMED_OUT", `${host} did not answer within ${deadlineMs / 1000} s`, {
    subject: host,
    hint: "Run the same command again to go on.",
  });

const broken = (host: string, stderr: string): DrayageError =>
  new DrayageError(
    "HOST_UNREACHABLE",
    `the connection to ${host} broke: ${stderr.trim().split("\n").pop() || "no reason given"}`,
    {
      subject: host,
      hint: "Run the same command again to go on.",
    },
  );

/** The ssh master of one way to one host, as this user's processes share it: found, dialled, taken out of use. */
import { stat, unlink } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { SshConnectionSpec } from "./connection";
import type { KeptConnection } from "./runtime-directory";
import { checkSshSpec, connectionKey } from "./ssh-arguments";
import { type MasterOptions, startMaster, tellMaster } from "./ssh-master";

/** What everything of one way to a host is named after. @throws INVALID_PROGRAM */
export async function masterKey(host: string, spec: SshConnectionSpec, { sshCommand }: MasterOptions): Promise<string> {
  checkSshSpec(host, spec);
  return connectionKey(spec, [sshCommand, await sshConfigStamp()]);
}

export const masterLives = async (kept: KeptConnection, { sshCommand }: MasterOptions): Promise<boolean> =>
  (await tellMaster(sshCommand, kept.controlPath, { kind: "check" })).exitCode === 0;

export interface FoundMaster {
  readonly kept: KeptConnection;
  /** Dialled just now: it is known to work. */
  readonly fresh: boolean;
}

/** One that was not usable: gone, or it is full or does not answer, and may still carry what others do. */
export interface Unusable {
  readonly kept: KeptConnection;
  readonly inUse?: boolean;
}

/**
 * The master that is there, by its state file alone, else a new one that no engine was asked over yet.
 * @throws HOST_* PERMISSION_DENIED
 */
export async function findMaster(
  host: string,
  spec: SshConnectionSpec,
  key: string,
  options: MasterOptions,
  unusable?: Unusable,
): Promise<FoundMaster> {
  const { directory } = options;
  const usable = (kept: KeptConnection | undefined): kept is KeptConnection =>
    kept !== undefined && kept.controlPath !== unusable?.kept.controlPath;
  const seen = await directory.kept(key);
  if (usable(seen)) return { kept: seen, fresh: false };
  return directory.alone(key, async () => {
    const now = await directory.kept(key);
    if (usable(now)) return { kept: now, fresh: false };
    if (now !== undefined && !unusable?.inUse) await removeMaster(key, now, options);
    const kept: KeptConnection = { ...(await startMaster(host, key, spec, options)), transport: "none", socketPath: "" };
    await directory.keep(key, kept);
    return { kept, fresh: true };
  });
}

/** Ends a master and removes its files; a state that somebody else wrote meanwhile stays. */
export async function removeMaster(key: string, kept: KeptConnection, options: MasterOptions): Promise<void> {
  await tellMaster(options.sshCommand, kept.controlPath, { kind: "exit" });
  for (const file of [kept.socketPath, kept.controlPath]) if (file !== "") await unlink(file).catch(() => undefined);
  await forget(key, kept, options);
}

/** The next dial logs in anew; what others do over the master goes on to its end. */
export async function retireMaster(key: string, kept: KeptConnection, options: MasterOptions): Promise<void> {
  await tellMaster(options.sshCommand, kept.controlPath, { kind: "stop" });
  await forget(key, kept, options);
}

async function forget(key: string, kept: KeptConnection, { directory }: MasterOptions): Promise<void> {
  if ((await directory.kept(key))?.controlPath === kept.controlPath) await directory.forget(key);
}

/** An alias that now means another machine must not find the old machine's master. */
const sshConfigStamp = (): Promise<number> =>
  stat(join(homedir(), ".ssh", "config")).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );

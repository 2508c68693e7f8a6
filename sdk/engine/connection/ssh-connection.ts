/** A host's Docker socket over one ssh master: taken from the run before where it still works, else dialled. */
import { DrayageError } from "../../spec/drayage-error";
import { chooseApiVersion } from "../docker/api-version";
import { connectDocker } from "../docker/docker-client";
import type { SshConnectionSpec } from "./connection";
import { pingByStdio, serveDialStdio } from "./dial-stdio";
import { assertServable, dockerDenied, dockerReachError } from "./docker-reach-errors";
import { forwardBack } from "./forward-back";
import { masterKey, masterLives, removeMaster, retireMaster } from "./kept-master";
import type { OpenConnection } from "./open-connection";
import { type Probe, probeEngine } from "./probe-engine";
import { runSsh } from "./run-ssh";
import type { KeptConnection } from "./runtime-directory";
import { defaultRemoteSocket, remoteCommandArguments } from "./ssh-arguments";
import { type MasterOptions, startMaster, tellMaster } from "./ssh-master";

/** @throws HOST_* PERMISSION_DENIED DOCKER_* */
export async function openSshConnection(host: string, spec: SshConnectionSpec, options: MasterOptions): Promise<OpenConnection> {
  const key = await masterKey(host, spec, options);
  const seen = await options.directory.kept(key);
  const first = await reuse(host, spec, key, seen, options);
  if (typeof first !== "string") return first;
  return options.directory.alone(key, async () => {
    const now = await options.directory.kept(key);
    const second = now?.socketPath === seen?.socketPath ? first : await reuse(host, spec, key, now, options);
    if (typeof second !== "string") return second;
    if (now && second !== "silent") {
      if (second === "hung up" && (await masterLives(now, options))) return forwardAgain(host, spec, key, now, options);
      await removeMaster(key, now, options);
    }
    // A master that is only silent may still carry what others do: it is left to its keepalive.
    return dialAndForward(host, spec, key, options);
  });
}

type Unusable = "gone" | "hung up" | "silent";

/** No ssh process is needed where the master serves the socket. */
async function reuse(
  host: string,
  spec: SshConnectionSpec,
  key: string,
  kept: KeptConnection | undefined,
  options: MasterOptions,
): Promise<OpenConnection | Unusable> {
  if (kept === undefined) return "gone";
  if (kept.transport === "none") return "hung up";
  if (kept.transport === "stdio") return overStdio(host, spec, key, kept, options).catch(() => "hung up" as const);
  const probe = await probeEngine(kept.socketPath, 3000);
  if (probe.kind === "answers") return connection(host, spec, key, kept, probe, options);
  return probe.kind === "silent" ? "silent" : probe.kind === "closed" ? "hung up" : "gone";
}

/** A master without a socket, or one whose socket's far end is gone. */
async function forwardAgain(host: string, spec: SshConnectionSpec, key: string, kept: KeptConnection, options: MasterOptions) {
  const fresh: KeptConnection = { ...kept, transport: "forward", socketPath: options.directory.fresh(key, "sock") };
  try {
    return await served(host, spec, key, fresh, options);
  } catch (error) {
    // A user that was let into the group meanwhile needs a new login.
    if (error instanceof DrayageError && error.code === "DOCKER_PERMISSION") await retireMaster(key, kept, options);
    throw error;
  }
}

async function dialAndForward(
  host: string,
  spec: SshConnectionSpec,
  key: string,
  options: MasterOptions,
): Promise<OpenConnection> {
  const master = await startMaster(host, key, spec, options);
  const kept: KeptConnection = { ...master, transport: "forward", socketPath: options.directory.fresh(key, "sock") };
  try {
    return await served(host, spec, key, kept, options);
  } catch (error) {
    await removeMaster(key, kept, options);
    throw error;
  }
}

async function served(host: string, spec: SshConnectionSpec, key: string, kept: KeptConnection, options: MasterOptions) {
  const open = await forwarded(host, spec, key, kept, options);
  assertServable(host, (await connectDocker(host, open.socketPath).info()).securityOptions);
  return open;
}

async function forwarded(host: string, spec: SshConnectionSpec, key: string, kept: KeptConnection, options: MasterOptions) {
  const remote = spec.socket ?? defaultRemoteSocket;
  const told = await tellMaster(options.sshCommand, kept.controlPath, { kind: "forward", local: kept.socketPath, remote });
  const probe = told.exitCode === 0 ? await probeEngine(kept.socketPath, 10_000) : { kind: "closed" as const };
  if (probe.kind === "answers") {
    await options.directory.keep(key, kept);
    return connection(host, spec, key, kept, probe, options);
  }
  // sshd agrees to a forward that it will refuse to serve, and says the same for a socket that is not there.
  const ping = await pingByStdio(options.sshCommand, kept.controlPath);
  if (!ping.answers && (await socketIsDenied(remote, kept, options))) throw dockerDenied(host, remote);
  if (!ping.answers || remote !== defaultRemoteSocket) throw dockerReachError(host, remote, ping.stderr, ping.exitCode);
  const byStdio: KeptConnection = { ...kept, transport: "stdio" };
  const open = await overStdio(host, spec, key, byStdio, options);
  await options.directory.keep(key, byStdio);
  return open;
}

async function overStdio(host: string, spec: SshConnectionSpec, key: string, kept: KeptConnection, options: MasterOptions) {
  const own = { ...kept, socketPath: options.directory.fresh(key, "sock") };
  const server = await serveDialStdio(options.sshCommand, own.controlPath, own.socketPath);
  const probe = await probeEngine(own.socketPath, 10_000);
  if (probe.kind === "answers") return connection(host, spec, key, own, probe, options, server.close);
  await server.close();
  throw new DrayageError("HOST_UNREACHABLE", `docker system dial-stdio on ${host} gave no answer (${probe.kind})`, {
    subject: host,
  });
}

function connection(
  host: string,
  spec: SshConnectionSpec,
  key: string,
  kept: KeptConnection,
  probe: Extract<Probe, { kind: "answers" }>,
  options: MasterOptions,
  close: () => Promise<void> = async () => undefined,
): OpenConnection {
  chooseApiVersion({ ApiVersion: probe.apiVersion, Version: probe.version }, host);
  return {
    host,
    spec,
    socketPath: kept.socketPath,
    hostKey: kept.hostKey,
    forwardBack: (port) => forwardBack(host, port, kept.controlPath, options.sshCommand),
    alive: async () => (await probeEngine(kept.socketPath, 5000)).kind === "answers",
    close,
    endMaster: async () => {
      await close();
      await removeMaster(key, kept, options);
    },
  };
}

/** The path is our constant; for any other socket the answer is "not known". */
async function socketIsDenied(remote: string, kept: KeptConnection, options: MasterOptions): Promise<boolean> {
  if (remote !== defaultRemoteSocket) return false;
  const question = remoteCommandArguments(kept.controlPath, "test -S /var/run/docker.sock && test ! -w /var/run/docker.sock");
  return (await runSsh(options.sshCommand, question, { deadlineMs: 10_000 })).exitCode === 0;
}

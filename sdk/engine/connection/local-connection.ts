/** The engine of this machine, by its own socket. */
import { DrayageError } from "../../spec/drayage-error";
import { chooseApiVersion } from "../docker/api-version";
import { connectDocker } from "../docker/docker-client";
import type { LocalConnectionSpec } from "./connection";
import { assertServable, dockerDenied } from "./docker-reach-errors";
import type { OpenConnection } from "./open-connection";
import { probeEngine } from "./probe-engine";

/** @throws DOCKER_MISSING DOCKER_PERMISSION DOCKER_TOO_OLD HOST_UNSUPPORTED */
export async function openLocalConnection(
  host: string,
  spec: LocalConnectionSpec,
  defaultSocket: string,
): Promise<OpenConnection> {
  const socketPath = spec.socket ?? defaultSocket;
  const probe = await probeEngine(socketPath, 10_000);
  if (probe.kind === "denied") throw dockerDenied(host, socketPath);
  if (probe.kind !== "answers")
    throw new DrayageError("DOCKER_MISSING", `no Docker engine answers at ${socketPath} of this machine (${probe.kind})`, {
      subject: host,
      hint: "Start Docker here, or give LocalHost the socket of the engine that runs.",
    });
  chooseApiVersion({ ApiVersion: probe.apiVersion, Version: probe.version }, host);
  assertServable(host, (await connectDocker(host, socketPath).info()).securityOptions);
  return {
    host,
    spec,
    socketPath,
    hostKey: undefined,
    forwardBack: async (port) => ({ port, close: async () => undefined }),
    alive: async () => (await probeEngine(socketPath, 3000)).kind === "answers",
    close: async () => undefined,
    endMaster: async () => undefined,
  };
}

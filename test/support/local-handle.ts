/** A host handle for an engine on this machine, without record or mover: for what only needs its images. */
import type { Connection } from "../../sdk/engine/connection/connection";
import { connectDocker } from "../../sdk/engine/docker/docker-client";
import type { HostHandle } from "../../sdk/engine/host/host-handle";
import { measureHost } from "../../sdk/engine/host/measure-host";
import type { RecordStore } from "../../sdk/engine/record/record-store";

export async function localHandle(name: string, socketPath = "/var/run/docker.sock"): Promise<HostHandle> {
  const docker = connectDocker(name, socketPath);
  const measured = await measureHost(docker);
  const connection: Connection = {
    host: name,
    spec: { kind: "local", socket: socketPath },
    socketPath,
    hostKey: undefined,
    forwardBack: async (port) => ({ port, close: async () => undefined }),
    alive: async () => true,
  };
  const unused = () => {
    throw new Error("no record here");
  };
  const record: RecordStore = { read: unused, open: unused };
  return {
    name,
    connection,
    docker,
    record,
    // Debian's engine keeps its id in /etc/docker, so that two on one machine have the same.
    measured: { ...measured, engineId: `${measured.engineId} ${socketPath}` },
  };
}

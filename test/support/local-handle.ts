/** A host handle for an engine on this machine, without record or mover: for what only needs its images. */
import type { Connection } from "../../sdk/engine/connection/connection";
import { connectDocker } from "../../sdk/engine/docker/docker-client";
import type { HostHandle } from "../../sdk/engine/host/host-handle";
import type { RecordStore } from "../../sdk/engine/record/record-store";

export async function localHandle(name: string, socketPath = "/var/run/docker.sock"): Promise<HostHandle> {
  const docker = connectDocker(name, socketPath);
  const info = await docker.info();
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
    measured: {
      machineId: undefined,
      // Debian's engine keeps its id in /etc/docker, so that two on one machine have the same.
      engineId: `${info.id} ${socketPath}`,
      engineVersion: info.version,
      apiVersion: info.apiVersion,
      arch: info.arch,
      os: info.os,
      imageStore: info.imageStore,
      cpus: info.cpus,
      memoryBytes: info.memoryBytes,
      liveRestore: info.liveRestore,
    },
  };
}

import type { ConnectionSpec } from "../../../sdk/engine/connection/connection";
import { createConnectionPool } from "../../../sdk/engine/connection/connection-pool";
import { connectDocker } from "../../../sdk/engine/docker/docker-client";
import type { HostHandle } from "../../../sdk/engine/host/host-handle";
import { measureHost } from "../../../sdk/engine/host/measure-host";
import { createRecordStore } from "../../../sdk/engine/record/create-record-store";
import { systemClock as clock } from "../../../sdk/provider/system-clock";

export interface Handles {
  open(name: string, spec: ConnectionSpec): Promise<HostHandle>;
  close(): Promise<void>;
}

/** Hosts as the engine sees them, for figures that the command line cannot tell apart. */
export function openHandles(runtimeDir: string): Handles {
  const pool = createConnectionPool({ runtimeDir, clock });
  return {
    async open(name, spec) {
      const connection = await pool.connect(name, spec);
      const docker = connectDocker(name, connection.socketPath);
      return { name, connection, docker, record: createRecordStore(docker, { clock }), measured: await measureHost(docker) };
    },
    close: () => pool.close({ masters: true }),
  };
}

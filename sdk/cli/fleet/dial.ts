import { createConnectionPool } from "../../engine/connection/connection-pool";
import { withKeyPaths } from "../../engine/connection/key-paths";
import { connectDocker } from "../../engine/docker/docker-client";
import { createRecordStore } from "../../engine/record/create-record-store";
import { surroundings } from "../surroundings";
import type { Terminal } from "../terminal/terminal";
import type { Dial } from "./fleet";

/** `programDir`: what relative key paths start from. */
export function openDial(terminal: Terminal, programDir: string): { readonly dial: Dial; close(): Promise<void> } {
  const { runtimeDir, clock, home, localSocket } = surroundings(terminal);
  const pool = createConnectionPool({
    runtimeDir,
    clock,
    ...(localSocket === undefined ? {} : { localSocket }),
    onSlow: (host) => terminal.err(terminal.errorPaint.dim(`waiting for ${host} …\n`)),
  });
  return {
    async dial(name, spec) {
      const { socketPath } = await pool.connect(name, withKeyPaths(spec, programDir, home));
      const docker = connectDocker(name, socketPath);
      return { name, docker, record: createRecordStore(docker, { clock }) };
    },
    close: () => pool.close(),
  };
}

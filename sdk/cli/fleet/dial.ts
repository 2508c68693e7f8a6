import { join, resolve } from "node:path";
import type { ConnectionSpec } from "../../engine/connection/connection";
import { createConnectionPool } from "../../engine/connection/connection-pool";
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
      const { socketPath } = await pool.connect(name, withKeyPath(spec, programDir, home));
      const docker = connectDocker(name, socketPath);
      return { name, docker, record: createRecordStore(docker, { clock }) };
    },
    close: () => pool.close(),
  };
}

export function withKeyPath(spec: ConnectionSpec, programDir: string, home: string): ConnectionSpec {
  if (spec.kind !== "ssh" || spec.identityFile === undefined) return spec;
  const { identityFile } = spec;
  const path = identityFile.startsWith("~/") ? join(home, identityFile.slice(2)) : resolve(programDir, identityFile);
  return { ...spec, identityFile: path };
}

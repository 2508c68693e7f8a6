import { createConnectionPool } from "../../engine/connection/connection-pool";
import type { ExportStore } from "../../engine/export/export-store";
import { localStore } from "../../engine/export/local-store";
import { sshStore } from "../../engine/export/ssh-store";
import { DrayageError } from "../../spec/drayage-error";
import { surroundings } from "../surroundings";
import type { Terminal } from "../terminal/terminal";
import type { ExportPlace } from "./export-place";

/** Opens the place for one use. A machine that is no host of the stack is known by the user's known_hosts, never accepted blindly. */
export async function withStore<T>(place: ExportPlace, terminal: Terminal, use: (store: ExportStore) => Promise<T>): Promise<T> {
  if (place.kind === "local") return use(localStore(place.folder));
  const { runtimeDir, clock } = surroundings(terminal);
  const pool = createConnectionPool({ runtimeDir, clock });
  try {
    const shell = await pool
      .openShell(place.connection.address, place.connection)
      .catch((error) => Promise.reject(asPlace(error)));
    return await use(sshStore(shell, place.folder));
  } finally {
    await pool.close();
  }
}

/** The place stands in no program, so that its key is written nowhere but in known_hosts. */
function asPlace(error: unknown): unknown {
  if (!(error instanceof DrayageError && error.code === "HOST_KEY_UNKNOWN")) return error;
  const { subject, message, cause } = error;
  const hint = "Connect to it once with ssh, compare the key and accept it; then run the same command again.";
  return new DrayageError(error.code, message, { ...(subject !== undefined && { subject }), hint, cause });
}

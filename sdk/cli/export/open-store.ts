import { createConnectionPool } from "../../engine/connection/connection-pool";
import type { ExportStore } from "../../engine/export/export-store";
import { localStore } from "../../engine/export/local-store";
import { sshStore } from "../../engine/export/ssh-store";
import { surroundings } from "../surroundings";
import type { Terminal } from "../terminal/terminal";
import type { ExportPlace } from "./export-place";

/** Opens the place for one use. A machine that is no host of the stack is known by the user's known_hosts, never accepted blindly. */
export async function withStore<T>(place: ExportPlace, terminal: Terminal, use: (store: ExportStore) => Promise<T>): Promise<T> {
  if (place.kind === "local") return use(localStore(place.folder));
  const { runtimeDir, clock } = surroundings(terminal);
  const pool = createConnectionPool({ runtimeDir, clock });
  try {
    const shell = await pool.openShell(place.connection.address, place.connection);
    return await use(sshStore(shell, place.folder));
  } finally {
    await pool.close();
  }
}

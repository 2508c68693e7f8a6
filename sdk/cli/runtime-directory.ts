import { homedir } from "node:os";
import { join } from "node:path";
import { cacheDirectory } from "./doctor/this-machine";

type Env = Readonly<Record<string, string | undefined>>;

/** Where sockets of ssh masters live, shared by all runs of this user: DRAYAGE_RUNTIME_DIR, the session's own, else in the cache. */
export function socketDirectory(env: Env): string {
  if (env.DRAYAGE_RUNTIME_DIR) return env.DRAYAGE_RUNTIME_DIR;
  return env.XDG_RUNTIME_DIR ? join(env.XDG_RUNTIME_DIR, "drayage") : join(cacheDirectory({ HOME: homedir(), ...env }), "run");
}

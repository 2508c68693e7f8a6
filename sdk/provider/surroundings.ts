/** What the provider needs of the machine it runs on. Whoever starts it (plugin or command line) reads it from the process. */
import { isAbsolute, join } from "node:path";
import type { Clock } from "../engine/clock";
import { socketInDockerHost } from "../spec/host-address";

export interface Surroundings {
  readonly clock: Clock;
  /** Private folder of sockets. */
  readonly runtimeDir: string;
  /** See cacheDirectory. */
  readonly cacheDir: string;
  /** For whoever finds something locked: `user@machine pid 123`. */
  readonly holder: string;
  /** For ssh, docker commands and credential helpers. */
  readonly environment: Readonly<Record<string, string>>;
  /** The user's home folder. */
  readonly home: string;
  /** Socket of the local engine when DOCKER_HOST names one. */
  readonly localSocket: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

export function surroundingsOf(
  env: Environment,
  clock: Clock,
  machine: { user: string; hostname: string; pid: number; home: string },
): Surroundings {
  const cacheDir = cacheDirectory(env, machine.home);
  const runtimeDir = env.DRAYAGE_RUNTIME_DIR || (env.XDG_RUNTIME_DIR ? `${env.XDG_RUNTIME_DIR}/drayage` : `${cacheDir}/run`);
  return {
    clock,
    runtimeDir,
    cacheDir,
    holder: `${machine.user}@${machine.hostname} pid ${machine.pid}`,
    environment: Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined)),
    home: machine.home,
    localSocket: socketInDockerHost(env.DOCKER_HOST),
  };
}

/** The one rule for where what can be made again is kept: DRAYAGE_CACHE_DIR, else `drayage` in XDG_CACHE_HOME or `~/.cache`. */
export function cacheDirectory(env: Environment, home: string): string {
  if (env.DRAYAGE_CACHE_DIR) return env.DRAYAGE_CACHE_DIR;
  // A relative one is to be ignored, says the XDG specification.
  const caches = env.XDG_CACHE_HOME && isAbsolute(env.XDG_CACHE_HOME) ? env.XDG_CACHE_HOME : join(home, ".cache");
  return join(caches, "drayage");
}

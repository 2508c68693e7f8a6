/** What the provider needs of the machine it runs on. Whoever starts it (plugin or command line) reads it from the process. */
import type { Clock } from "../engine/clock";

export interface Surroundings {
  readonly clock: Clock;
  /** Private folder of sockets. */
  readonly runtimeDir: string;
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
  const cacheDir = env.DRAYAGE_CACHE_DIR || `${machine.home}/.cache/drayage`;
  const runtimeDir = env.DRAYAGE_RUNTIME_DIR || (env.XDG_RUNTIME_DIR ? `${env.XDG_RUNTIME_DIR}/drayage` : `${cacheDir}/run`);
  return {
    clock,
    runtimeDir,
    cacheDir,
    holder: `${machine.user}@${machine.hostname} pid ${machine.pid}`,
    environment: Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined)),
    home: machine.home,
    localSocket: env.DOCKER_HOST?.startsWith("unix://") ? env.DOCKER_HOST.slice("unix://".length) : undefined,
  };
}

import { homedir } from "node:os";
import { join } from "node:path";
import type { Clock } from "../../engine/clock";
import type { Report } from "../../engine/report";
import { silentReport } from "../../engine/report";
import type { Machine } from "./check";

type Environment = Machine["env"];

export function thisMachine(env: Environment, report: Report = silentReport, signal = new AbortController().signal): Machine {
  return { env, cacheDir: cacheDirectory(env), socket: localSocket(env), context: { report, signal, clock: systemClock } };
}

export function cacheDirectory(env: Environment): string {
  return env.DRAYAGE_CACHE_DIR ?? join(env.XDG_CACHE_HOME ?? join(env.HOME ?? homedir(), ".cache"), "drayage");
}

/** DOCKER_HOST when it names a unix socket, else where Docker puts it. */
export function localSocket(env: Environment): string {
  const named = /^unix:\/\/(.+)$/.exec(env.DOCKER_HOST ?? "");
  return named?.[1] ?? "/var/run/docker.sock";
}

const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const wake = () => {
        signal?.removeEventListener("abort", stop);
        resolve();
      };
      const timer = setTimeout(wake, milliseconds);
      const stop = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      signal?.addEventListener("abort", stop, { once: true });
    }),
};

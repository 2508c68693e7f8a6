import { homedir } from "node:os";
import { type Report, silentReport } from "../../engine/report";
import { cacheDirectory as cacheRule } from "../../provider/surroundings";
import { systemClock } from "../system-clock";
import type { Machine } from "./check";

type Environment = Machine["env"];

export function thisMachine(
  env: Environment,
  report: Report = silentReport,
  signal: AbortSignal = new AbortController().signal,
): Machine {
  return { env, cacheDir: cacheDirectory(env), socket: localSocket(env), context: { report, signal, clock: systemClock } };
}

/** The provider's rule: one folder for both. */
export function cacheDirectory(env: Environment): string {
  return cacheRule(env, env.HOME ?? homedir());
}

/** DOCKER_HOST when it names a unix socket, else where Docker puts it. */
export function localSocket(env: Environment): string {
  const named = /^unix:\/\/(.+)$/.exec(env.DOCKER_HOST ?? "");
  return named?.[1] ?? "/var/run/docker.sock";
}

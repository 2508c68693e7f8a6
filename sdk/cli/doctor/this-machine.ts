import { homedir } from "node:os";
import { type Report, silentReport } from "../../engine/report";
import { cacheDirectory as cacheRule } from "../../provider/surroundings";
import { socketInDockerHost } from "../../spec/host-address";
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
  return socketInDockerHost(env.DOCKER_HOST) ?? "/var/run/docker.sock";
}

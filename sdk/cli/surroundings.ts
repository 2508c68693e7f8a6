import { homedir, hostname, userInfo } from "node:os";
import { type Surroundings, surroundingsOf } from "../provider/surroundings";
import { systemClock } from "./system-clock";
import type { Terminal } from "./terminal/terminal";

/** This process as provider and engine see it; the plugin process reads the same, so both share sockets and caches. */
export function surroundings({ env }: Pick<Terminal, "env">): Surroundings {
  const machine = { user: userInfo().username, hostname: hostname(), pid: process.pid, home: env.HOME ?? homedir() };
  return surroundingsOf(env, systemClock, machine);
}

/** The plugin executable: reads the process, serves all resources. */
import { readFileSync } from "node:fs";
import { homedir, hostname, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { createDrayageHandlers } from "./drayage-handlers";
import { runPlugin } from "./main";
import { surroundingsOf } from "./surroundings";
import { systemClock } from "./system-clock";

const machine = { user: userInfo().username, hostname: hostname(), pid: process.pid, home: homedir() };

void runPlugin(process, {
  ...createDrayageHandlers(surroundingsOf(process.env, systemClock, machine)),
  version: packageVersion(__dirname),
});

function packageVersion(from: string): string {
  for (let folder = from; folder !== dirname(folder); folder = dirname(folder)) {
    try {
      const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<string, string>;
      if (name === "drayage" && version !== undefined) return version;
    } catch {
      // No package here: further up.
    }
  }
  return "0.0.0";
}

/** Which of the packages that only some programs need are loaded by a run, in any of its Node processes. */
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

export interface ModuleSpy {
  /** To be given to the run. */
  readonly env: NodeJS.ProcessEnv;
  /** Command lines. */
  processes(): string[];
  loaded(): string[];
}

/** @param folder of the test's own. */
export function moduleSpy(folder: string): ModuleSpy {
  const log = join(folder, "loaded-modules");
  rmSync(log, { force: true });
  const lines = (kind: string) => {
    const all = existsSync(log) ? readFileSync(log, "utf8").split("\n") : [];
    return all.flatMap((line) => (line.startsWith(`${kind} `) ? [line.slice(kind.length + 1)] : []));
  };
  return {
    env: { DRAYAGE_MODULE_SPY: log, NODE_OPTIONS: `--require ${join(__dirname, "note-modules.cjs")}` },
    processes: () => lines("process"),
    loaded: () => [...new Set(lines("loaded"))],
  };
}

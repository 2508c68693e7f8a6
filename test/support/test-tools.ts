/** Programs that set-up obtained for the tests alone. */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { toolsFolder } from "../../sdk/cli/doctor/checks/test-tools";

export const toolsPath = join(
  toolsFolder(process.env.DRAYAGE_CACHE_DIR ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "drayage")),
  "usr/bin",
);

/** `describe`, or its skipped form with the reason printed where one of the programs is missing. */
export function describeWith(...programs: string[]): typeof describe | typeof describe.skip {
  const missing = programs.filter((program) => !existsSync(join(toolsPath, program)));
  if (missing.length === 0) return describe;
  process.stderr.write(`skipped: no ${missing.join(", ")} (node setup.mjs set-up says why)\n`);
  return describe.skip;
}

/** Programs that set-up obtained for the tests alone. */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { toolsFolder } from "../../sdk/cli/doctor/checks/test-tools";
import { cacheDirectory } from "../../sdk/provider/surroundings";
import { describeUnless } from "./describe-unless";

export const toolsPath = join(toolsFolder(cacheDirectory(process.env, homedir())), "usr/bin");

/** Why what needs these programs cannot run here, for describeUnless. */
export function toolMissing(...programs: string[]): string | undefined {
  const missing = programs.filter((program) => !existsSync(join(toolsPath, program)));
  return missing.length === 0 ? undefined : `no ${missing.join(", ")} (node setup.mjs set-up says why)`;
}

/** `describe`, or its skipped form where one of the programs is missing. */
export function describeWith(...programs: string[]): ReturnType<typeof describeUnless> {
  return describeUnless(toolMissing(...programs));
}

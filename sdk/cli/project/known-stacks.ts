import { readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { findBackend } from "../pulumi/backend";
import type { Terminal } from "../terminal/terminal";
import { configuredStacks } from "./choose-stack";
import type { Project } from "./find-project";

/** Those with a configuration beside the program, and those of which only a state is left. */
export function knownStacks(project: Project, { env }: Pick<Terminal, "env">): string[] {
  const { stateDir } = findBackend({ workDir: project.dir, env: { ...env } as NodeJS.ProcessEnv, home: env.HOME ?? homedir() });
  const folder = stateDir === undefined ? undefined : join(stateDir, ".pulumi", "stacks", project.name);
  const files = folder === undefined ? [] : filesIn(folder);
  const stored = files.flatMap((file) => (file.endsWith(".json") ? [file.slice(0, -".json".length)] : []));
  return [...new Set([...configuredStacks(project), ...stored])].sort();
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readIfThere } from "./find-project";

/** `.drayage` beside the program: for its owner's eyes, and never in git. */
export function privateFolder(projectDir: string): string {
  const folder = join(projectDir, ".drayage");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (readIfThere(join(folder, ".gitignore")) === undefined) writeFileSync(join(folder, ".gitignore"), "*\n");
  return folder;
}

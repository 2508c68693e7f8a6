import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The version of the package this file belongs to, found upward: source and compiled files lie at different depths. */
export function version(): string {
  for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const found = read(join(folder, "package.json"));
    if (found?.name === "drayage") return found.version ?? "0.0.0";
  }
  return "0.0.0";
}

function read(path: string): { name?: string; version?: string } | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as { name?: string; version?: string };
  } catch {
    return undefined;
  }
}

import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** The Pulumi command that set-up found or built. */
export function testPulumi(): string {
  const cache = process.env.DRAYAGE_CACHE_DIR ?? join(homedir(), ".cache", "drayage");
  const onPath = (process.env.PATH ?? "").split(":").map((folder) => join(folder, "pulumi"));
  const found = [
    process.env.DRAYAGE_PULUMI ?? "",
    join(cache, "pulumi/src/bin/pulumi"),
    join(cache, "pulumi/bin/pulumi"),
    ...onPath,
  ];
  const path = found.find((candidate) => candidate !== "" && existsSync(candidate));
  if (path === undefined) throw new Error("no pulumi command: run `npm run setup` first");
  return path;
}

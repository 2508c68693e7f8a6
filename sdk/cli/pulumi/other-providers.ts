import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Whether the program's package depends on Pulumi packages beside the SDK, whose plugins the engine may have to fetch. */
export function usesOtherProviders(workDir: string): boolean {
  let manifest: { dependencies?: object; devDependencies?: object };
  try {
    manifest = JSON.parse(readFileSync(join(workDir, "package.json"), "utf8"));
  } catch {
    return false;
  }
  const names = [...Object.keys(manifest.dependencies ?? {}), ...Object.keys(manifest.devDependencies ?? {})];
  return names.some((name) => /^@[^/]*pulumi[^/]*\//.test(name) && name !== "@pulumi/pulumi");
}

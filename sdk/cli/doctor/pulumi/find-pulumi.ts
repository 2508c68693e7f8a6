import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { DrayageError } from "../../../spec/drayage-error";
import { cacheDirectory } from "../this-machine";
import { readPulumiVersion } from "./read-pulumi-version";

export const oldestPulumi = "3.230.0";

export interface FoundPulumi {
  readonly path: string;
  readonly version: string;
  /** Where it was found, for one line to the user. */
  readonly how: "DRAYAGE_PULUMI" | "cache" | "PATH" | "~/.pulumi/bin";
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The first Pulumi CLI that is new enough. Starts no process when it has seen the file before.
 * @throws DrayageError PULUMI_MISSING
 */
export async function findPulumi(env: Environment): Promise<FoundPulumi> {
  const rejected: string[] = [];
  for (const { path, how } of placesOfPulumi(env)) {
    if (!(await isExecutable(path))) {
      if (how === "DRAYAGE_PULUMI") throw unfit(`DRAYAGE_PULUMI names ${path}, which cannot be run`);
      continue;
    }
    const version = await readPulumiVersion(path, env);
    if (version !== undefined && isAtLeast(version, oldestPulumi)) return { path, version, how };
    rejected.push(`${path} is ${version ?? "not a Pulumi CLI"}`);
    if (how === "DRAYAGE_PULUMI") throw unfit(`DRAYAGE_PULUMI: ${rejected[0]}, and ${oldestPulumi} or newer is needed`);
  }
  throw unfit(
    rejected.length === 0 ? "there is no Pulumi CLI" : `no Pulumi CLI is new enough (${oldestPulumi}): ${rejected.join(", ")}`,
  );
}

/** In the order of preference; the same file may come twice. */
export function placesOfPulumi(env: Environment): { path: string; how: FoundPulumi["how"] }[] {
  const explicit = env.DRAYAGE_PULUMI ? [{ path: env.DRAYAGE_PULUMI, how: "DRAYAGE_PULUMI" as const }] : [];
  const onPath = (env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return [
    ...explicit,
    { path: cachedPulumi(cacheDirectory(env)), how: "cache" },
    ...onPath.map((folder) => ({ path: join(folder, "pulumi"), how: "PATH" as const })),
    { path: join(env.HOME ?? homedir(), ".pulumi", "bin", "pulumi"), how: "~/.pulumi/bin" },
  ];
}

/** Where set-up puts the CLI that it builds, its language host beside it. */
export function cachedPulumi(cacheDir: string): string {
  return join(cacheDir, "pulumi", "src", "bin", "pulumi");
}

/** `3.230.0`, `v3.232.0-alpha.1`: numbers only, a pre-release counts as its release. */
export function isAtLeast(version: string, oldest: string): boolean {
  const [have, want] = [numbers(version), numbers(oldest)];
  const difference = want.map((part, index) => (have[index] ?? 0) - part).find((part) => part !== 0);
  return (difference ?? 0) >= 0;
}

function numbers(version: string): number[] {
  return (/\d+(\.\d+)*/.exec(version)?.[0] ?? "0").split(".").map(Number);
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

function unfit(message: string): DrayageError {
  return new DrayageError("PULUMI_MISSING", message, {
    subject: "pulumi",
    hint: "Install it as https://www.pulumi.com/docs/install says, or point DRAYAGE_PULUMI at one.",
  });
}

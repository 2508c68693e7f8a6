import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { runProgram } from "../run-program";
import { cacheDirectory } from "../this-machine";

/** By path: what the file looked like when it was asked, and what it answered. */
const seen = z.record(z.string(), z.object({ size: z.number(), mtimeMs: z.number(), version: z.string() }));

type Environment = Readonly<Record<string, string | undefined>>;

/** Undefined when the file does not answer like a Pulumi CLI. Asking costs 0.2 s, so answers are kept until the file changes. */
export async function readPulumiVersion(path: string, env: Environment): Promise<string | undefined> {
  const file = join(cacheDirectory(env), "pulumi", "versions.json");
  const [known, { size, mtimeMs }] = await Promise.all([readSeen(file), stat(path)]);
  const entry = known[path];
  if (entry !== undefined && entry.size === size && entry.mtimeMs === mtimeMs) return entry.version;
  const ended = await runProgram(path, ["version"], { env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" } });
  const version = /^v?(\d+\.\d+\.\d+\S*)/.exec(ended.stdout.trim())?.[1];
  if (ended.code !== 0 || version === undefined) return undefined;
  await writeSeen(file, { ...known, [path]: { size, mtimeMs, version } });
  return version;
}

async function readSeen(file: string): Promise<z.infer<typeof seen>> {
  try {
    return seen.parse(JSON.parse(await readFile(file, "utf8")));
  } catch {
    return {};
  }
}

/** A cache that cannot be written costs time, nothing else. */
async function writeSeen(file: string, all: z.infer<typeof seen>): Promise<void> {
  try {
    await mkdir(join(file, ".."), { recursive: true });
    const fresh = `${file}.${process.pid}`;
    await writeFile(fresh, `${JSON.stringify(all, null, 2)}\n`);
    await rename(fresh, file);
  } catch {
    return;
  }
}

import { readFile } from "node:fs/promises";
import type { Machine } from "./check";
import { runProgram } from "./run-program";

/** Installs Debian packages where we may. What stands in the way, or undefined when they are there. */
export async function aptInstall({ env, context }: Machine, packages: readonly string[]): Promise<string | undefined> {
  if (!(await isDebianLike())) return "this is neither Debian nor Ubuntu";
  if (process.getuid?.() !== 0) return "only root can install packages";
  const options = { env: { ...env, DEBIAN_FRONTEND: "noninteractive" }, signal: context.signal };
  for (const args of [["update"], ["install", "-y", "--no-install-recommends", ...packages]]) {
    const ended = await runProgram("apt-get", args, options);
    if (ended.code !== 0) return `apt-get ${args[0]} failed: ${ended.stderr.trim().split("\n").at(-1)}`;
  }
  return undefined;
}

async function isDebianLike(): Promise<boolean> {
  const release = await readFile("/etc/os-release", "utf8").catch(() => "");
  return /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(release);
}

import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Machine } from "./check";
import { runProgram } from "./run-program";

/**
 * Unpacks a Debian package's files into a folder without installing it: no service is started, nothing of the system changes. What
 * stands in the way, or undefined when they are there.
 */
export async function aptExtract({ env, context }: Machine, name: string, into: string): Promise<string | undefined> {
  await mkdir(into, { recursive: true });
  const folder = await mkdtemp(join(into, ".apt-"));
  const run = (file: string, ...args: string[]) => runProgram(file, args, { env, cwd: folder, signal: context.signal });
  try {
    const download = () => run("apt-get", "download", name);
    // The lists of packages may be missing or old; only root can get new ones.
    const got = (await download()).code === 0 || ((await run("apt-get", "update")).code === 0 && (await download()).code === 0);
    const [archive] = got ? (await readdir(folder)).filter((file) => file.endsWith(".deb")) : [];
    if (archive === undefined) return `apt-get cannot download ${name}`;
    const unpacked = await run("dpkg", "-x", join(folder, archive), into);
    return unpacked.code === 0 ? undefined : `dpkg cannot unpack ${name}: ${unpacked.stderr.trim()}`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const obtained = z.object({
  /** An engine that set-up started because there is no service manager. */
  engine: z.object({ pid: z.number(), startedAt: z.string() }).optional(),
  /** A base image that set-up pulled or made. */
  baseImage: z.object({ ref: z.string(), id: z.string() }).optional(),
});

/** What set-up brought to this machine outside its cache, so that `npm run clean` can take it away again. */
export type Obtained = z.infer<typeof obtained>;

export async function readObtained(cacheDir: string): Promise<Obtained> {
  try {
    return obtained.parse(JSON.parse(await readFile(file(cacheDir), "utf8")));
  } catch {
    // Lost or damaged: then nothing is known to be ours, and clean leaves it alone.
    return {};
  }
}

export async function remember(cacheDir: string, more: Obtained): Promise<void> {
  await write(cacheDir, { ...(await readObtained(cacheDir)), ...more });
}

export async function forget(cacheDir: string, what: keyof Obtained): Promise<void> {
  const { [what]: known, ...rest } = await readObtained(cacheDir);
  if (known !== undefined) await write(cacheDir, rest);
}

async function write(cacheDir: string, all: Obtained): Promise<void> {
  await mkdir(cacheDir, { recursive: true });
  await writeFile(`${file(cacheDir)}.new`, `${JSON.stringify(all, null, 2)}\n`);
  await rename(`${file(cacheDir)}.new`, file(cacheDir));
}

function file(cacheDir: string): string {
  return join(cacheDir, "obtained.json");
}

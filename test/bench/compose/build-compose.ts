/** Docker Compose from its Go module: what a no-change `up` is printed beside. About two minutes, once; kept in the cache folder. */
import { cp, mkdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Ran, run } from "../../../demo/workspace";
import type { BenchContext } from "../bench";

const composeModule = "github.com/docker/compose/v2";
const version = "v2.40.3";

/** Path of the executable; undefined, with a line that says why, where it cannot be had. */
export async function buildCompose({ cacheDir, signal, say }: BenchContext): Promise<string | undefined> {
  const folder = join(cacheDir, "compose", version);
  const made = join(folder, "docker-compose");
  if (await exists(made)) return made;
  say(`building Compose ${version} from its Go module (about two minutes, once)`);
  const source = join(folder, "source");
  await mkdir(folder, { recursive: true });
  try {
    const fetched = await run("go", ["mod", "download", "-json", `${composeModule}@${version}`], folder, { signal });
    // The module cache is read-only, and the build wants to write beside go.mod.
    const { Dir } = JSON.parse(succeeded(fetched).stdout) as { Dir: string };
    await rm(source, { recursive: true, force: true });
    await cp(Dir, source, { recursive: true, mode: 0 });
    await run("chmod", ["-R", "u+w", source], folder, { signal });
    const flags = ["-mod=mod", "-trimpath", "-ldflags", `-s -w -X ${composeModule}/internal.Version=${version}`];
    succeeded(await run("go", ["build", ...flags, "-o", `${made}.new`, "./cmd"], source, { signal }));
    await rename(`${made}.new`, made);
    return made;
  } catch (error) {
    signal.throwIfAborted();
    say(`Compose could not be built, so its rows are missing: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  } finally {
    await rm(source, { recursive: true, force: true });
  }
}

function succeeded(ran: Ran): Ran {
  if (ran.exitCode === 0) return ran;
  throw new Error(`go ended with ${ran.exitCode}: ${ran.stderr.trim().slice(-400)}`);
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

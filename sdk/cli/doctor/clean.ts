/** `npm run clean`: takes away what set-up, demo and tests leave for the next run to be quick. */
import { rm } from "node:fs/promises";
import { homedir } from "node:os";
import { relative } from "node:path";
import { connectDocker } from "../../engine/docker/docker-client";
import type { DockerEngine } from "../../engine/docker/docker-engine";
import { createRecordStore, defaultReader } from "../../engine/record/create-record-store";
import type { RecordStore } from "../../engine/record/record-store";
import { Lab } from "../../lab/lab";
import { listLabNames } from "../../lab/lab-state";
import { DrayageError } from "../../spec/drayage-error";
import type { Machine } from "./check";
import { dockerEngineCheck } from "./checks/docker-engine";
import { readObtained } from "./obtained";
import { stopOwnEngine } from "./start-engine";
import { thisMachine } from "./this-machine";

export async function clean(machine: Machine, root: string, say: (line: string) => void): Promise<void> {
  if ((await dockerEngineCheck.look(machine)).ok) {
    const docker = connectDocker("local", machine.socket);
    for (const name of await listLabNames(root)) {
      await (await Lab.open({ root, name, docker, context: machine.context })).down();
      say(`lab ${name} taken down`);
    }
    const reader = await idleReader(docker, createRecordStore(docker, { clock: machine.context.clock }));
    if (reader !== undefined) {
      await docker.removeContainer(reader.id);
      say(`container ${reader.name} removed`);
    }
    for (const image of await ourImages(docker, machine)) {
      say(await removeImage(docker, image));
    }
  }
  if (await stopOwnEngine(machine)) say("the engine that set-up had started was stopped");
  await removeCache(machine.cacheDir, [root, machine.env.HOME ?? homedir()]);
  say(`${machine.cacheDir} removed`);
}

/** A cache directory set by mistake to a folder of the user's must not cost them what is in it. */
async function removeCache(cacheDir: string, precious: readonly string[]): Promise<void> {
  const inside = precious.find((folder) => !relative(cacheDir, folder).startsWith(".."));
  if (inside !== undefined) {
    throw new DrayageError("DATA_PROTECTED", `the cache directory holds ${inside}, so it is not removed`, {
      subject: cacheDir,
      hint: "Set DRAYAGE_CACHE_DIR to a folder of its own.",
    });
  }
  await rm(cacheDir, { recursive: true, force: true });
}

/** What reads this machine's own record, as a LocalHost has it: needed for as long as the record says anything. */
export async function idleReader(
  docker: Pick<DockerEngine, "inspectContainer">,
  record: Pick<RecordStore, "read">,
): Promise<{ readonly id: string; readonly name: string } | undefined> {
  const reader = await docker.inspectContainer(defaultReader);
  if (reader === undefined || Object.keys((await record.read()).workloads).length > 0) return undefined;
  return { id: reader.Id, name: defaultReader };
}

/** A container of another project may still run on it; then it stays. */
async function removeImage(docker: DockerEngine, image: string): Promise<string> {
  try {
    await docker.removeImage(image);
    return `image ${image} removed`;
  } catch (error) {
    if (!(error instanceof DrayageError)) throw error;
    return `image ${image} stays: ${error.message}`;
  }
}

/** Images under `drayage/`, and the base image if set-up brought it and it is still the same. */
export async function ourImages(
  docker: Pick<DockerEngine, "listImages" | "inspectImage">,
  { cacheDir }: Machine,
): Promise<string[]> {
  const tags = (await docker.listImages({ reference: ["drayage/*"] })).flatMap((image) => image.RepoTags ?? []);
  const { baseImage } = await readObtained(cacheDir);
  const still = baseImage !== undefined && (await docker.inspectImage(baseImage.ref))?.Id === baseImage.id;
  return [...tags.filter((tag) => tag.startsWith("drayage/")), ...(still && baseImage !== undefined ? [baseImage.ref] : [])];
}

if (require.main === module) {
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  clean(thisMachine(process.env), process.cwd(), say).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}

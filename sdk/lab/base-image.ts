import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import Dockerode from "dockerode";
import type { DockerEngine } from "../engine/docker/docker-engine";
import type { RunContext } from "../engine/run-context";
import { DrayageError } from "../spec/drayage-error";

/** The image everything of the demo, the tests and the lab is built on. */
export const baseImageRef = "debian:bookworm-slim";

export interface BaseImage {
  readonly id: string;
  readonly how: "present" | "pulled" | "bootstrapped";
}

/** Present → pulled from Docker Hub → made from Debian's packages by mmdebstrap or debootstrap under the ordinary name. */
export async function obtainBaseImage(
  docker: DockerEngine,
  context: RunContext,
  /** Called before the last way is tried: a place to install what it needs. */
  beforeBootstrap: () => Promise<void> = async () => undefined,
): Promise<BaseImage> {
  const present = await docker.inspectImage(baseImageRef);
  if (present !== undefined) return { id: present.Id, how: "present" };
  if (await pull(docker, context)) return { id: await idOf(docker), how: "pulled" };
  await beforeBootstrap();
  await bootstrap(docker, context);
  return { id: await idOf(docker), how: "bootstrapped" };
}

async function idOf(docker: DockerEngine): Promise<string> {
  const image = await docker.inspectImage(baseImageRef);
  if (image === undefined) throw new DrayageError("IMAGE_NOT_FOUND", `${baseImageRef} is gone again`, { subject: baseImageRef });
  return image.Id;
}

/** False where Docker Hub does not answer: then the other way is tried, whose failure is the one to tell. */
async function pull(docker: DockerEngine, context: RunContext): Promise<boolean> {
  const patience = AbortSignal.any([context.signal, AbortSignal.timeout(120_000)]);
  try {
    context.report.say("info", `Pulling ${baseImageRef}`);
    await docker.pullImage(baseImageRef, {}, undefined, patience);
    return true;
  } catch (error) {
    context.signal.throwIfAborted();
    if (!(error instanceof Error)) throw error;
    context.report.say("info", `Docker Hub does not answer; making ${baseImageRef} from Debian's packages`);
    return false;
  }
}

/** Both need root. debootstrap writes a folder, mmdebstrap a tar: so mmdebstrap is the one we look for first. */
const bootstrappers: readonly (readonly string[])[] = [
  ["mmdebstrap", "--quiet", "--variant=minbase", "bookworm", "-"],
  [
    "sh",
    "-c",
    'command -v debootstrap >/dev/null || exit 127; d=$(mktemp -d) && trap \'rm -rf "$d"\' EXIT && debootstrap --variant=minbase bookworm "$d" >&2 && tar -C "$d" -c .',
  ],
];

async function bootstrap(docker: DockerEngine, context: RunContext): Promise<void> {
  const failures: string[] = [];
  for (const [command = "", ...args] of bootstrappers) {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], signal: context.signal });
    const failure = await importOutput(docker, child);
    if (failure === undefined) return;
    failures.push(failure);
  }
  context.signal.throwIfAborted();
  throw new DrayageError("IMAGE_NOT_FOUND", `${baseImageRef} is neither on this engine nor to be had: ${failures.join("; ")}`, {
    subject: baseImageRef,
    hint: `Run \`docker pull ${baseImageRef}\` where Docker Hub answers, or \`apt-get install mmdebstrap\` and try again as root.`,
  });
}

/** Imports what the child writes to stdout; what went wrong, or undefined. A half-made tar never keeps the name. */
async function importOutput(
  docker: DockerEngine,
  child: ChildProcess & { stdout: Readable; stderr: Readable },
): Promise<string | undefined> {
  const exit = new Promise<number | string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code) => resolve(code ?? "killed"));
  });
  const complaints = text(child.stderr);
  const staging = `drayage/base:importing-${child.pid ?? 0}`;
  const [repository = "", tag = ""] = staging.split(":");
  const imported = await new Dockerode({ socketPath: docker.socketPath })
    .importImage(child.stdout, { repo: repository, tag, changes: 'CMD ["bash"]' })
    .then((answer) => text(answer as NodeJS.ReadableStream as Readable))
    .catch((error: Error) => `"error": ${error.message}`);
  const code = await exit;
  const failed =
    code !== 0 ? `exit ${code}: ${(await complaints).trim().slice(-300)}` : imported.includes('"error"') ? imported : undefined;
  if (failed === undefined) {
    const [name = "", version = ""] = baseImageRef.split(":");
    await docker.tagImage(staging, name, version);
  }
  if ((await docker.inspectImage(staging)) !== undefined) await docker.removeImage(staging);
  return failed === undefined ? undefined : `${child.spawnfile} ${failed}`;
}

/** Builds one of the lab's images, and says in one error why that did not work. */
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import Dockerode from "dockerode";
import { pack } from "tar-stream";
import type { DockerEngine } from "../engine/docker/docker-engine";
import type { RunContext } from "../engine/run-context";
import { DrayageError } from "../spec/drayage-error";
import { labImageLabel } from "./lab-labels";

export interface LabImageRecipe {
  /** The image's name without tag, `drayage/lab`. */
  readonly name: string;
  /** What BASE_IMAGE in its Dockerfile stands for. */
  readonly base: { readonly ref: string; readonly id: string };
  /** File of the build context → its text. */
  readonly files: Readonly<Record<string, string>>;
}

/** The image's reference, tagged by the hash of all it is made of: built when this engine does not have it yet. */
export async function obtainImage(docker: DockerEngine, recipe: LabImageRecipe, context: RunContext): Promise<string> {
  const hash = recipeHash(recipe);
  const ref = `${recipe.name}:${hash}`;
  if ((await docker.inspectImage(ref)) !== undefined) return ref;
  context.report.say("info", `Building the lab image ${ref} (once per machine)`);
  await build(docker, ref, hash, recipe, context.signal);
  return ref;
}

/** First 12 hex digits over base image and files. */
export function recipeHash({ base, files }: Pick<LabImageRecipe, "base" | "files">): string {
  return createHash("sha256")
    .update(JSON.stringify([base.id, files]))
    .digest("hex")
    .slice(0, 12);
}

async function build(
  docker: DockerEngine,
  ref: string,
  hash: string,
  recipe: LabImageRecipe,
  signal: AbortSignal,
): Promise<void> {
  const engine = new Dockerode({ socketPath: docker.socketPath });
  // The machine's own network: a bridge may have no way to the package mirror.
  const stream = await engine.buildImage(buildContext(recipe), {
    t: ref,
    networkmode: "host",
    rm: true,
    forcerm: true,
    labels: { [labImageLabel]: hash },
    abortSignal: signal,
  });
  const steps = await new Promise<BuildLine[]>((resolve, reject) => {
    engine.modem.followProgress(stream, (error: Error | null, lines: BuildLine[]) => (error ? reject(error) : resolve(lines)));
  }).catch((cause: unknown) => {
    throw buildFailed(ref, cause instanceof Error ? cause.message : String(cause), cause);
  });
  const failure = steps.find((line) => line.error !== undefined);
  if (failure !== undefined) throw buildFailed(ref, `${failure.error}\n${lastLines(steps)}`);
}

interface BuildLine {
  readonly stream?: string;
  readonly error?: string;
}

function buildContext({ base, files }: LabImageRecipe): Readable {
  const tar = pack();
  for (const [name, text] of Object.entries(files)) {
    const mode = text.startsWith("#!") ? 0o755 : 0o644;
    tar.entry({ name, mode, mtime: new Date(0) }, text.replace("BASE_IMAGE", base.ref));
  }
  tar.finalize();
  return Readable.from(tar);
}

function lastLines(steps: readonly BuildLine[]): string {
  const text = steps.map((line) => line.stream ?? "").join("");
  return text.trimEnd().split("\n").slice(-15).join("\n");
}

function buildFailed(ref: string, message: string, cause?: unknown): DrayageError {
  return new DrayageError("BUILD_FAILED", `the lab image could not be built: ${message}`, {
    subject: ref,
    hint: "It installs packages from Debian's mirror with apt: check that this machine reaches it, then run the command again.",
    cause,
  });
}

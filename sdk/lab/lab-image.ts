import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import Dockerode from "dockerode";
import { pack } from "tar-stream";
import type { DockerEngine } from "../engine/docker/docker-engine";
import type { RunContext } from "../engine/run-context";
import { DrayageError } from "../spec/drayage-error";
import { baseImageRef, obtainBaseImage } from "./base-image";
import { labImageFiles } from "./lab-image-files";
import { labImageLabel } from "./lab-labels";

/** The reference of the image that lab hosts run; built when this engine does not have it yet (10–25 s, once). */
export async function obtainLabImage(docker: DockerEngine, context: RunContext): Promise<string> {
  const base = await obtainBaseImage(docker, context);
  const hash = labImageHash(base.id);
  const ref = `drayage/lab:${hash}`;
  if ((await docker.inspectImage(ref)) !== undefined) return ref;
  context.report.say("info", `Building the lab image ${ref} (once per machine)`);
  await buildLabImage(docker, ref, hash, context.signal);
  return ref;
}

/** First 12 hex digits over base image and files. */
export function labImageHash(baseImageId: string): string {
  return createHash("sha256")
    .update(JSON.stringify([baseImageId, labImageFiles]))
    .digest("hex")
    .slice(0, 12);
}

async function buildLabImage(docker: DockerEngine, ref: string, hash: string, signal: AbortSignal): Promise<void> {
  const engine = new Dockerode({ socketPath: docker.socketPath });
  // The machine's own network: a bridge may have no way to the package mirror.
  const stream = await engine.buildImage(labContext(), {
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

function labContext(): Readable {
  const tar = pack();
  for (const [name, text] of Object.entries(labImageFiles)) {
    const mode = name === "lab-entry" ? 0o755 : 0o644;
    tar.entry({ name, mode, mtime: new Date(0) }, text.replace("BASE_IMAGE", baseImageRef));
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

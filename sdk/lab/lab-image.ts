import type { DockerEngine } from "../engine/docker/docker-engine";
import type { RunContext } from "../engine/run-context";
import { DrayageError } from "../spec/drayage-error";
import { baseImageRef, obtainBaseImage } from "./base-image";
import { obtainImage } from "./build-lab-image";
import { bareImageFiles, labImageFiles, plainImageFiles } from "./lab-image-files";

/** The reference of the image that lab hosts run; built when this engine does not have it yet (10–25 s, once). */
export async function obtainLabImage(docker: DockerEngine, context: RunContext): Promise<string> {
  return obtainOnPlain(docker, "drayage/lab", labImageFiles, context);
}

/** The same for hosts without an engine. */
export async function obtainBareImage(docker: DockerEngine, context: RunContext): Promise<string> {
  return obtainOnPlain(docker, "drayage/lab-bare", bareImageFiles, context);
}

async function obtainOnPlain(docker: DockerEngine, name: string, files: Readonly<Record<string, string>>, context: RunContext) {
  const { id } = await obtainBaseImage(docker, context);
  const recipe = { name: "drayage/lab-plain", base: { ref: baseImageRef, id }, files: plainImageFiles };
  const ref = await obtainImage(docker, recipe, context);
  const plain = await docker.inspectImage(ref);
  if (plain === undefined) throw new DrayageError("IMAGE_NOT_FOUND", `${ref} is gone again`, { subject: ref });
  return obtainImage(docker, { name, base: { ref, id: plain.Id }, files }, context);
}

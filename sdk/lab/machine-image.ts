import type { DockerEngine } from "../engine/docker/docker-engine";
import type { RunContext } from "../engine/run-context";
import { DrayageError } from "../spec/drayage-error";
import { obtainImage } from "./build-lab-image";
import { machineImageFiles } from "./machine-image-files";

/** The reference of the image that boots user data, made on the given lab image (about 15 s, once). */
export async function obtainMachineImage(docker: DockerEngine, labImage: string, context: RunContext): Promise<string> {
  const base = await docker.inspectImage(labImage);
  if (base === undefined) throw new DrayageError("IMAGE_NOT_FOUND", `${labImage} is gone`, { subject: labImage });
  const recipe = { name: "drayage/lab-machine", base: { ref: labImage, id: base.Id }, files: machineImageFiles };
  return obtainImage(docker, recipe, context);
}

/** Rule 4: data must not end in anonymous volumes, which nobody keeps, moves or finds again. */
import { DrayageError } from "../../../spec/drayage-error";
import type { WantedService } from "../wanted-workload";
import { subjectOf, type WorkloadWorld } from "../workload-world";

/** @throws INVALID_PROGRAM naming the paths that the image declares as VOLUME and the program does not map. */
export async function refuseUnmappedVolumes(world: WorkloadWorld, service: WantedService, imageId: string): Promise<void> {
  const image = await world.host.docker.inspectImage(imageId);
  const unmapped = unmappedVolumes(Object.keys(image?.Config?.Volumes ?? {}), service);
  if (unmapped.length === 0) return;
  const [path = ""] = unmapped;
  throw new DrayageError(
    "INVALID_PROGRAM",
    `The image of ${service.name} keeps data in ${unmapped.join(", ")}, which the program does not map.`,
    {
      subject: subjectOf(world, service.name),
      hint: `Write services.${service.name}.volumes: { data: "${path}" } and volumes: { data: {} }, or { ephemeral: true } when it may be lost.`,
    },
  );
}

export function unmappedVolumes(declared: readonly string[], service: WantedService): string[] {
  const mapped = new Set(service.spec.mounts.map((mount) => withoutSlash(mount.path)));
  return declared.map(withoutSlash).filter((path) => !mapped.has(path));
}

function withoutSlash(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, "") : path;
}

/** Where an operation finds the container it is about, read now: a plan may be older than the world. */
import { DrayageError } from "../../../spec/drayage-error";
import type { ContainerInspect } from "../../docker/docker-engine";
import { label } from "../../labels";
import { type Stage, stagedName } from "../object-names";
import type { ObservedContainer } from "../observed-workload";
import type { NewContainerDetail, OldContainerDetail } from "../operations";
import { subjectOf, type WorkloadWorld } from "../workload-world";

export type ContainerDetail = NewContainerDetail | OldContainerDetail;

/** @throws WORLD_MOVED when it is gone */
export async function requireContainer(world: WorkloadWorld, detail: ContainerDetail): Promise<ContainerInspect> {
  const found = "container" in detail ? await world.host.docker.inspectContainer(detail.container) : await findNew(world, detail);
  if (found) return found;
  throw new DrayageError("WORLD_MOVED", `A container of ${detail.service} was removed while it was worked on.`, {
    subject: subjectOf(world, detail.service),
    hint: "Run the same command again.",
  });
}

/** The container of this generation, whether it has passed its gate or not. @throws NAME_TAKEN by a stranger */
export async function findNew(world: WorkloadWorld, detail: NewContainerDetail): Promise<ContainerInspect | undefined> {
  for (const stage of ["new", "current"] as const) {
    const name = nameOf(world, detail, stage);
    const found = await world.host.docker.inspectContainer(name);
    if (!found) continue;
    if (found.Config.Labels?.[label.identity] === world.wanted.identity) return found;
    throw new DrayageError(
      "NAME_TAKEN",
      `A container called "${name}" exists on ${world.host.name} and does not belong to ${world.wanted.name}.`,
      {
        subject: subjectOf(world, detail.service),
        hint: `Look at it with \`docker inspect ${name}\`, then rename or remove it there.`,
      },
    );
  }
  return undefined;
}

export function nameOf(world: WorkloadWorld, detail: Omit<NewContainerDetail, "named">, stage: Stage): string {
  const { name: workload, identity } = world.wanted;
  return stagedName(
    { workload, identity, service: detail.service, replica: detail.replica, generation: detail.generation },
    stage,
  );
}

export function isRunning(container: ObservedContainer): boolean {
  return container.state !== "exited" && container.state !== "created";
}

/** Stops a container for good, keeps a failed one for its logs, removes one that is not needed. */
import { stageOf } from "../object-names";
import { observedContainer } from "../observe-workload";
import type { NewContainerDetail, OldContainerDetail } from "../operations";
import type { WorkloadWorld } from "../workload-world";
import { findNew, isRunning, nameOf } from "./find-container";

/** Policy first: a container that is stopped with `always` comes back when the daemon restarts. */
export async function stopContainer(world: WorkloadWorld, detail: OldContainerDetail): Promise<void> {
  const { docker } = world.host;
  const inspect = await docker.inspectContainer(detail.container);
  if (!inspect) return;
  if (observedContainer(inspect).restart.name !== "no") await docker.setRestartPolicy(inspect.Id, { Name: "no" });
  await docker.stopContainer(inspect.Id, graceSeconds(world, detail.service));
}

/** The failed one keeps its logs under another name until the next success; one that never ran has nothing to tell. */
export async function setAside(world: WorkloadWorld, detail: NewContainerDetail, failed: boolean): Promise<void> {
  const { docker } = world.host;
  const inspect = await findNew(world, detail);
  if (!inspect) return;
  if (inspect.State.Status === "created") return docker.removeContainer(inspect.Id);
  await stopContainer(world, { ...detail, container: inspect.Id });
  if (failed && stageOf(inspect.Name) !== "failed") await docker.renameContainer(inspect.Id, nameOf(world, detail, "failed"));
}

/** Never with its volumes. */
export async function removeContainer(world: WorkloadWorld, detail: OldContainerDetail): Promise<void> {
  const inspect = await world.host.docker.inspectContainer(detail.container);
  if (inspect && isRunning(observedContainer(inspect))) await stopContainer(world, detail);
  await world.host.docker.removeContainer(detail.container);
}

function graceSeconds(world: WorkloadWorld, service: string): number | undefined {
  const wanted = world.wanted.services.find((candidate) => candidate.name === service);
  return wanted && Math.ceil(wanted.spec.stopGracePeriodMs / 1000);
}

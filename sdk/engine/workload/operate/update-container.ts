/** Puts right on a living container what needs no new one. */
import { nanoCpus, restartPolicy } from "../container-body";
import type { RepairDetail } from "../operations";
import { type WorkloadWorld, wantedServiceOf } from "../workload-world";
import { requireContainer } from "./find-container";
import { giveNames } from "./promote-container";

export async function updateContainer(world: WorkloadWorld, detail: RepairDetail): Promise<void> {
  const { docker } = world.host;
  const { spec, ...service } = wantedServiceOf(world, detail.service);
  const container = await requireContainer(world, detail);
  if (detail.repairs.includes("network")) await giveNames(world, { spec, ...service }, container);
  if (detail.repairs.includes("limits")) {
    await docker.updateLimits(container.Id, {
      ...(spec.memoryBytes !== undefined && { memoryBytes: spec.memoryBytes }),
      ...(spec.cpus !== undefined && { nanoCpus: nanoCpus(spec.cpus) }),
    });
  }
  if (detail.repairs.includes("restart")) await docker.setRestartPolicy(container.Id, restartPolicy(spec.restart));
}

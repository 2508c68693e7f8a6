/** Removes what a workload needs no more besides its containers. What is in use stays: somebody may have joined it by hand. */
import { dockerStatus } from "../../docker/docker-errors";
import type { ObjectDetail } from "../operations";
import type { WorkloadWorld } from "../workload-world";

export async function removeNetwork(world: WorkloadWorld, detail: ObjectDetail, say: (text: string) => void): Promise<void> {
  await unlessInUse(
    () => world.host.docker.removeNetwork(detail.dockerName ?? detail.name),
    () => say(`network ${detail.name} is still in use`),
  );
}

export async function removeDelivery(world: WorkloadWorld, detail: ObjectDetail, say: (text: string) => void): Promise<void> {
  await unlessInUse(
    () => world.host.docker.removeVolume(detail.dockerName ?? detail.name),
    () => say(`${detail.dockerName} is still in use`),
  );
}

/** Only ever reached by a plan that named the volume and said that its data goes. */
export async function removeDataVolume(world: WorkloadWorld, detail: ObjectDetail): Promise<void> {
  await world.host.docker.removeVolume(detail.dockerName ?? detail.name);
  await world.lease.change(({ volumes, ...record }) => {
    const { [detail.name]: _, ...rest } = volumes;
    return { ...record, volumes: rest };
  });
}

export async function keepDataVolume(world: WorkloadWorld, detail: ObjectDetail, at: string): Promise<void> {
  await world.lease.change((record) => {
    const known = record.volumes[detail.name];
    const dockerName = detail.dockerName ?? detail.name;
    const kept = { keep: true, protect: false, ...known, dockerName, state: "kept" as const, since: at };
    return { ...record, volumes: { ...record.volumes, [detail.name]: kept } };
  });
}

async function unlessInUse(remove: () => Promise<void>, inUse: () => void): Promise<void> {
  try {
    await remove();
  } catch (error) {
    const status = dockerStatus(error);
    if (status !== 409 && status !== 403) throw error;
    inUse();
  }
}

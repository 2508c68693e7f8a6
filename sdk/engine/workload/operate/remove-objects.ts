/** Removes what a workload needs no more besides its containers. What is in use stays: somebody may have joined it by hand. */
import { DrayageError } from "../../../spec/drayage-error";
import { dockerStatus } from "../../docker/docker-errors";
import { label } from "../../labels";
import type { WorkloadRecord } from "../../record/host-record";
import type { ObjectDetail } from "../operations";
import { subjectOf, type WorkloadWorld } from "../workload-world";

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
  const dockerName = detail.dockerName ?? detail.name;
  const volume = await world.host.docker.inspectVolume(dockerName);
  if (volume && volume.Labels?.[label.identity] !== world.wanted.identity) throw notOurs(world, dockerName);
  await world.host.docker.removeVolume(dockerName);
  await world.lease.change(({ volumes, ...record }) => {
    const { [recordKey(volumes, detail)]: _, ...rest } = volumes;
    return { ...record, volumes: rest };
  });
}

export async function keepDataVolume(world: WorkloadWorld, detail: ObjectDetail, at: string): Promise<void> {
  await world.lease.change((record) => {
    const key = recordKey(record.volumes, detail);
    const dockerName = detail.dockerName ?? detail.name;
    const kept = { keep: true, protect: false, ...record.volumes[key], dockerName, state: "kept" as const, since: at };
    return { ...record, volumes: { ...record.volumes, [key]: kept } };
  });
}

/** The entry of this very volume; one that nobody recorded gets a key of its own beside its namesake's. */
function recordKey(volumes: WorkloadRecord["volumes"], { name, dockerName = name }: ObjectDetail): string {
  const known = Object.entries(volumes).find(([, volume]) => volume.dockerName === dockerName);
  return known?.[0] ?? (volumes[name] ? `${name}@${dockerName}` : name);
}

function notOurs(world: WorkloadWorld, dockerName: string): DrayageError {
  return new DrayageError("WORLD_MOVED", `The volume ${dockerName} is somebody else's by now; it was not removed.`, {
    subject: subjectOf(world),
    hint: `Look at it with \`docker volume inspect ${dockerName}\`.`,
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

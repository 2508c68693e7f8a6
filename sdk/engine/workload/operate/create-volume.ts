/** Makes a data volume, never over one that is there. */
import { DrayageError } from "../../../spec/drayage-error";
import { label } from "../../labels";
import type { VolumeRecord } from "../../record/host-record";
import type { WantedVolume } from "../wanted-workload";
import { subjectOf, type WorkloadWorld } from "../workload-world";
import { workloadLabels } from "./create-container";

/** @throws NAME_TAKEN by a stranger's volume */
export async function createVolume(world: WorkloadWorld, name: string, at: string): Promise<void> {
  const wanted = world.wanted.volumes.find((volume) => volume.name === name);
  if (!wanted || wanted.external !== undefined) return;
  await ensureVolume(world, wanted.dockerName, { ...workloadLabels(world, "volume"), [label.name]: name });
  await world.lease.change((record) => {
    const incoming = record.volumes[name]?.state === "incoming";
    return incoming ? record : { ...record, volumes: { ...record.volumes, [name]: volumeRecord(wanted, at) } };
  });
}

/** Docker answers a create of an existing name with the old volume and forgets the labels: so look before and after. */
export async function ensureVolume(
  world: WorkloadWorld,
  dockerName: string,
  labels: Readonly<Record<string, string>>,
): Promise<void> {
  const { docker } = world.host;
  const volume = (await docker.inspectVolume(dockerName)) ?? (await docker.createVolume(dockerName, labels));
  if (volume.Labels?.[label.identity] === world.wanted.identity) return;
  throw new DrayageError(
    "NAME_TAKEN",
    `A volume called "${dockerName}" exists on ${world.host.name} and does not belong to ${world.wanted.name}.`,
    {
      subject: subjectOf(world),
      hint: `Look at it with \`docker volume inspect ${dockerName}\`, then rename or remove it there.`,
    },
  );
}

export function volumeRecord(wanted: WantedVolume, at: string): VolumeRecord {
  return { dockerName: wanted.dockerName, keep: wanted.keep, protect: wanted.protect, state: "current", since: at };
}

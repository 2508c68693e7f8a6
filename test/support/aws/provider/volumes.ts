/** EBS volumes, whether they are resources of their own or the root of an instance. */
import {
  DescribeVolumesCommand,
  DescribeVolumesModificationsCommand,
  ModifyVolumeCommand,
  type ModifyVolumeCommandInput,
  type Volume,
} from "@aws-sdk/client-ec2";
import type { Cloud } from "./cloud";
import { unlessMissing, until } from "./waiting";

export const missingVolume = "InvalidVolume.NotFound";

export async function describeVolume(cloud: Cloud, id: string): Promise<Volume | undefined> {
  const asked = cloud.ec2.send(new DescribeVolumesCommand({ VolumeIds: [id] }));
  return (await unlessMissing(asked, missingVolume))?.Volumes?.[0];
}

/** Usable again once AWS optimises it; that may then take hours. */
export async function modifyVolume(cloud: Cloud, id: string, change: Omit<ModifyVolumeCommandInput, "VolumeId">): Promise<void> {
  await cloud.ec2.send(new ModifyVolumeCommand({ VolumeId: id, ...change }));
  await until(cloud, `modification of volume ${id}`, async () => {
    const asked = await cloud.ec2.send(new DescribeVolumesModificationsCommand({ VolumeIds: [id] }));
    const state = asked.VolumesModifications?.at(-1)?.ModificationState;
    if (state === "failed") throw new Error(`volume ${id} could not be modified`);
    return state === "optimizing" || state === "completed" ? true : undefined;
  });
}

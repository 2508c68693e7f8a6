import {
  CreateSnapshotCommand,
  CreateVolumeCommand,
  DeleteVolumeCommand,
  DescribeSnapshotsCommand,
  type VolumeType,
} from "@aws-sdk/client-ec2";
import type { PlainRecord } from "../../../../../sdk/provider/plain";
import type { Cloud } from "../cloud";
import { replace, setting, update } from "../input-rules";
import type { ResourceKind } from "../resource-kind";
import { tagged, tagOutputs, updateTags } from "../tags";
import { flag, number, requiredText, text } from "../values";
import { describeVolume, missingVolume, modifyVolume } from "../volumes";
import { hasCode, unlessMissing, until, whenPossible } from "../waiting";

export const volume: ResourceKind = {
  inputs: {
    availabilityZone: replace,
    encrypted: { ...replace, keeps: true },
    kmsKeyId: { ...replace, keeps: true },
    snapshotId: { ...replace, keeps: true },
    size: { ...update, keeps: true },
    type: { ...update, keeps: true },
    iops: { ...update, keeps: true },
    throughput: { ...update, keeps: true },
    finalSnapshot: setting,
    tags: update,
  },
  async create(cloud, inputs) {
    const made = await cloud.ec2.send(
      new CreateVolumeCommand({
        AvailabilityZone: requiredText(inputs, "availabilityZone"),
        Encrypted: flag(inputs, "encrypted"),
        KmsKeyId: text(inputs, "kmsKeyId"),
        SnapshotId: text(inputs, "snapshotId"),
        Size: number(inputs, "size"),
        VolumeType: text(inputs, "type") as VolumeType | undefined,
        Iops: number(inputs, "iops"),
        Throughput: number(inputs, "throughput"),
        ...tagged(inputs, "volume"),
      }),
    );
    return made.VolumeId ?? "";
  },
  async settle(cloud, id) {
    await until(cloud, `volume ${id}`, async () => {
      const found = await describeVolume(cloud, id);
      return found?.State === "available" || found?.State === "in-use" ? found : undefined;
    });
  },
  async read(cloud, id) {
    const found = await describeVolume(cloud, id);
    if (found === undefined) return undefined;
    return {
      arn: `arn:aws:ec2:${cloud.region}:${cloud.account}:volume/${id}`,
      availabilityZone: found.AvailabilityZone,
      encrypted: found.Encrypted,
      kmsKeyId: found.KmsKeyId,
      snapshotId: found.SnapshotId,
      size: found.Size,
      type: found.VolumeType,
      iops: found.Iops,
      throughput: found.Throughput,
      ...tagOutputs(found.Tags),
    } satisfies PlainRecord;
  },
  async update(cloud, id, change) {
    const { news, has } = change;
    if (["size", "type", "iops", "throughput"].some(has)) {
      await modifyVolume(cloud, id, {
        ...(has("size") && { Size: number(news, "size") }),
        ...(has("type") && { VolumeType: text(news, "type") as VolumeType | undefined }),
        ...(has("iops") && { Iops: number(news, "iops") }),
        ...(has("throughput") && { Throughput: number(news, "throughput") }),
      });
    }
    await updateTags(cloud, id, change);
  },
  async delete(cloud, id, olds) {
    if (flag(olds, "finalSnapshot")) await takeSnapshot(cloud, id, olds);
    const remove = () => unlessMissing(cloud.ec2.send(new DeleteVolumeCommand({ VolumeId: id })), missingVolume);
    // Still detaching.
    await whenPossible(cloud, remove, hasCode("VolumeInUse"));
    await until(cloud, `deletion of volume ${id}`, async () =>
      (await describeVolume(cloud, id)) === undefined ? true : undefined,
    );
  },
};

/** Complete before the volume goes: a pending one is not worth anything yet. */
async function takeSnapshot(cloud: Cloud, VolumeId: string, olds: PlainRecord): Promise<void> {
  const input = { VolumeId, ...tagged(olds, "snapshot") };
  const { SnapshotId = "" } = await cloud.ec2.send(new CreateSnapshotCommand(input));
  await until(cloud, `snapshot ${SnapshotId}`, async () => {
    const asked = cloud.ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: [SnapshotId] }));
    const state = (await unlessMissing(asked, "InvalidSnapshot.NotFound"))?.Snapshots?.[0]?.State;
    if (state === "error") throw new Error(`snapshot ${SnapshotId} of ${VolumeId} failed`);
    return state === "completed" ? true : undefined;
  });
}

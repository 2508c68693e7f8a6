import { createHash } from "node:crypto";
import { AttachVolumeCommand, DetachVolumeCommand } from "@aws-sdk/client-ec2";
import type { PlainRecord } from "../../../../../sdk/provider/plain";
import type { Cloud } from "../cloud";
import { replace, setting } from "../input-rules";
import { awaitState, stopInstance } from "../instance-states";
import type { ResourceKind } from "../resource-kind";
import { flag, requiredText } from "../values";
import { describeVolume, missingVolume } from "../volumes";
import { hasCode, unlessMissing, until, whenPossible } from "../waiting";

/** AWS gives attachments no id: it is made of what they join. */
export const volumeAttachment: ResourceKind = {
  inputs: {
    deviceName: replace,
    instanceId: replace,
    volumeId: replace,
    forceDetach: setting,
    skipDestroy: setting,
    stopInstanceBeforeDetaching: setting,
  },
  deleteBeforeReplace: true,
  async create(cloud, inputs) {
    const input = ends(inputs);
    const there = await described(cloud, inputs);
    if (there === undefined) {
      await awaitState(cloud, input.InstanceId, "running", "stopped");
      const attach = () => cloud.ec2.send(new AttachVolumeCommand(input));
      await whenPossible(cloud, attach, hasCode(missingVolume, "IncorrectState"));
    }
    const all = `${input.Device}-${input.InstanceId}-${input.VolumeId}`;
    return `vai-${Number.parseInt(createHash("sha256").update(all).digest("hex").slice(0, 8), 16)}`;
  },
  async settle(cloud, id, inputs) {
    await until(cloud, `volume attachment ${id}`, async () =>
      (await described(cloud, inputs))?.State === "attached" ? true : undefined,
    );
  },
  async read(cloud, _id, inputs) {
    const found = await described(cloud, inputs);
    if (found === undefined) return undefined;
    return { deviceName: found.Device, instanceId: found.InstanceId, volumeId: found.VolumeId } satisfies PlainRecord;
  },
  async delete(cloud, id, olds) {
    if (flag(olds, "skipDestroy")) return;
    const { VolumeId, InstanceId, Device } = ends(olds);
    if (flag(olds, "stopInstanceBeforeDetaching")) await stopInstance(cloud, InstanceId);
    const Force = flag(olds, "forceDetach");
    const detached = cloud.ec2.send(new DetachVolumeCommand({ VolumeId, InstanceId, Device, ...(Force && { Force }) }));
    await unlessMissing(detached, missingVolume, "IncorrectState", "InvalidAttachment.NotFound");
    await until(cloud, `detachment ${id}`, async () => ((await described(cloud, olds)) === undefined ? true : undefined));
  },
};

const ends = (inputs: PlainRecord) => ({
  Device: requiredText(inputs, "deviceName"),
  InstanceId: requiredText(inputs, "instanceId"),
  VolumeId: requiredText(inputs, "volumeId"),
});

async function described(cloud: Cloud, inputs: PlainRecord) {
  const { Device, InstanceId, VolumeId } = ends(inputs);
  const found = await describeVolume(cloud, VolumeId);
  return found?.Attachments?.find((it) => it.InstanceId === InstanceId && it.Device === Device);
}

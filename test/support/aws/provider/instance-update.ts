/** What can be changed of an instance in place, by which call each. */
import {
  AssignPrivateIpAddressesCommand,
  AssociateIamInstanceProfileCommand,
  CreateTagsCommand,
  DescribeIamInstanceProfileAssociationsCommand,
  ModifyInstanceAttributeCommand,
  type ModifyInstanceAttributeCommandInput,
  ModifyInstanceMetadataOptionsCommand,
  ModifyNetworkInterfaceAttributeCommand,
  MonitorInstancesCommand,
  ReplaceIamInstanceProfileAssociationCommand,
  UnassignPrivateIpAddressesCommand,
  UnmonitorInstancesCommand,
  type VolumeType,
} from "@aws-sdk/client-ec2";
import type { PlainRecord } from "../../../../sdk/provider/plain";
import type { Cloud } from "./cloud";
import { metadataOptions } from "./instance-launch";
import { primaryInterface } from "./instance-outputs";
import { awaitState, startInstance, stopInstance } from "./instance-states";
import type { Change } from "./resource-kind";
import { tagList, updateTags } from "./tags";
import { flag, number, record, requiredText, text, texts } from "./values";
import { modifyVolume } from "./volumes";

export async function updateInstance(cloud: Cloud, id: string, change: Change): Promise<void> {
  const { news, has } = change;
  if (has("iamInstanceProfile")) await changeProfile(cloud, id, requiredText(news, "iamInstanceProfile"));
  if (has("disableApiTermination")) {
    await modify(cloud, id, { DisableApiTermination: { Value: flag(news, "disableApiTermination") ?? false } });
  }
  if (has("instanceInitiatedShutdownBehavior")) {
    const Value = text(news, "instanceInitiatedShutdownBehavior");
    await modify(cloud, id, { InstanceInitiatedShutdownBehavior: { Value } });
  }
  if (has("sourceDestCheck")) await modify(cloud, id, { SourceDestCheck: { Value: flag(news, "sourceDestCheck") ?? true } });
  if (has("metadataOptions")) await changeMetadataOptions(cloud, id, record(news, "metadataOptions") ?? {});
  if (has("monitoring")) await changeMonitoring(cloud, id, flag(news, "monitoring") ?? false);
  if (has("vpcSecurityGroupIds") || has("secondaryPrivateIps")) await changeInterface(cloud, id, change);
  if (has("rootBlockDevice")) await changeRoot(cloud, id, change);
  if (has("instanceType") || has("userData") || has("userDataBase64")) await changeStopped(cloud, id, change);
  await updateTags(cloud, id, change);
}

/** Tags of RunInstances for volumes would go to all of them. */
export async function tagRoot(cloud: Cloud, id: string, tags: PlainRecord): Promise<void> {
  const { volumeId } = await rootOf(cloud, id);
  await cloud.ec2.send(new CreateTagsCommand({ Resources: [volumeId], Tags: tagList({ tags }) }));
}

async function modify(cloud: Cloud, InstanceId: string, change: Omit<ModifyInstanceAttributeCommandInput, "InstanceId">) {
  await cloud.ec2.send(new ModifyInstanceAttributeCommand({ InstanceId, ...change }));
}

async function changeProfile(cloud: Cloud, id: string, Name: string): Promise<void> {
  const Filters = [{ Name: "instance-id", Values: [id] }];
  const there = await cloud.ec2.send(new DescribeIamInstanceProfileAssociationsCommand({ Filters }));
  const AssociationId = there.IamInstanceProfileAssociations?.[0]?.AssociationId;
  const IamInstanceProfile = { Name };
  if (AssociationId === undefined) {
    await cloud.ec2.send(new AssociateIamInstanceProfileCommand({ InstanceId: id, IamInstanceProfile }));
  } else {
    await cloud.ec2.send(new ReplaceIamInstanceProfileAssociationCommand({ AssociationId, IamInstanceProfile }));
  }
}

async function changeMetadataOptions(cloud: Cloud, InstanceId: string, options: PlainRecord): Promise<void> {
  await cloud.ec2.send(new ModifyInstanceMetadataOptionsCommand({ InstanceId, ...metadataOptions(options) }));
}

async function changeMonitoring(cloud: Cloud, id: string, on: boolean): Promise<void> {
  const input = { InstanceIds: [id] };
  if (on) await cloud.ec2.send(new MonitorInstancesCommand(input));
  else await cloud.ec2.send(new UnmonitorInstancesCommand(input));
}

async function changeInterface(cloud: Cloud, id: string, { news, olds, has }: Change): Promise<void> {
  const NetworkInterfaceId = primaryInterface(await awaitState(cloud, id, "running", "stopped"))?.NetworkInterfaceId;
  if (NetworkInterfaceId === undefined) throw new Error(`${id} has no primary network interface`);
  if (has("vpcSecurityGroupIds")) {
    const Groups = texts(news, "vpcSecurityGroupIds");
    await cloud.ec2.send(new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId, Groups }));
  }
  if (!has("secondaryPrivateIps")) return;
  const [before, after] = [texts(olds, "secondaryPrivateIps") ?? [], texts(news, "secondaryPrivateIps") ?? []];
  const gone = before.filter((address) => !after.includes(address));
  const come = after.filter((address) => !before.includes(address));
  const of = (PrivateIpAddresses: string[]) => ({ NetworkInterfaceId, PrivateIpAddresses });
  if (gone.length > 0) await cloud.ec2.send(new UnassignPrivateIpAddressesCommand(of(gone)));
  if (come.length > 0) await cloud.ec2.send(new AssignPrivateIpAddressesCommand(of(come)));
}

async function changeRoot(cloud: Cloud, id: string, { news, has }: Change): Promise<void> {
  const root = record(news, "rootBlockDevice") ?? {};
  const { name: DeviceName, volumeId } = await rootOf(cloud, id);
  const of = (property: string) => has(`rootBlockDevice.${property}`);
  if (["volumeSize", "volumeType", "iops", "throughput"].some(of)) {
    await modifyVolume(cloud, volumeId, {
      ...(of("volumeSize") && { Size: number(root, "volumeSize") }),
      ...(of("volumeType") && { VolumeType: text(root, "volumeType") as VolumeType | undefined }),
      ...(of("iops") && { Iops: number(root, "iops") }),
      ...(of("throughput") && { Throughput: number(root, "throughput") }),
    });
  }
  if (of("deleteOnTermination")) {
    const Ebs = { DeleteOnTermination: flag(root, "deleteOnTermination") };
    await modify(cloud, id, { BlockDeviceMappings: [{ DeviceName, Ebs }] });
  }
  if (of("tags")) await tagRoot(cloud, id, record(root, "tags") ?? {});
}

async function rootOf(cloud: Cloud, id: string): Promise<{ readonly name: string; readonly volumeId: string }> {
  const { BlockDeviceMappings, RootDeviceName: name = "" } = await awaitState(cloud, id, "running", "stopped");
  const volumeId = BlockDeviceMappings?.find(({ DeviceName }) => DeviceName === name)?.Ebs?.VolumeId;
  if (volumeId === undefined) throw new Error(`${id} has no root volume`);
  return { name, volumeId };
}

/** Size and user data change only while it is stopped. */
async function changeStopped(cloud: Cloud, id: string, { news, has }: Change): Promise<void> {
  await stopInstance(cloud, id);
  if (has("instanceType")) await modify(cloud, id, { InstanceType: { Value: text(news, "instanceType") } });
  if (has("userData") || has("userDataBase64")) {
    const clear = text(news, "userData");
    const Value = clear === undefined ? Buffer.from(text(news, "userDataBase64") ?? "", "base64") : Buffer.from(clear);
    await modify(cloud, id, { UserData: { Value } });
  }
  await startInstance(cloud, id);
}

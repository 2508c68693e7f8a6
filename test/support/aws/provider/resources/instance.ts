import {
  DescribeImagesCommand,
  ModifyInstanceAttributeCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import type { Cloud } from "../cloud";
import { object, replace, setting, update } from "../input-rules";
import { launchInput } from "../instance-launch";
import { instanceOutputs } from "../instance-outputs";
import { awaitState, describeInstance, missingInstance } from "../instance-states";
import { tagRoot, updateInstance } from "../instance-update";
import type { ResourceKind } from "../resource-kind";
import { flag, record, requiredText } from "../values";
import { unlessMissing, until, whenPossible } from "../waiting";

const kept = { ...update, keeps: true } as const;
const keptReplace = { ...replace, keeps: true } as const;

export const instance: ResourceKind = {
  inputs: {
    ami: replace,
    instanceType: update,
    availabilityZone: keptReplace,
    subnetId: keptReplace,
    keyName: keptReplace,
    privateIp: keptReplace,
    associatePublicIpAddress: keptReplace,
    secondaryPrivateIps: { ...kept, as: "set" },
    vpcSecurityGroupIds: { ...kept, as: "set" },
    sourceDestCheck: kept,
    iamInstanceProfile: kept,
    // In place, with a stop and a start; `replaced` below where the program asks for it.
    userData: update,
    userDataBase64: update,
    userDataReplaceOnChange: setting,
    disableApiTermination: kept,
    forceDestroy: setting,
    instanceInitiatedShutdownBehavior: kept,
    monitoring: kept,
    ebsOptimized: keptReplace,
    metadataOptions: object({
      httpEndpoint: kept,
      httpTokens: kept,
      httpPutResponseHopLimit: kept,
      httpProtocolIpv6: kept,
      instanceMetadataTags: kept,
    }),
    rootBlockDevice: object({
      volumeSize: kept,
      volumeType: kept,
      iops: kept,
      throughput: kept,
      encrypted: keptReplace,
      kmsKeyId: keptReplace,
      deleteOnTermination: kept,
      tags: update,
    }),
    tags: update,
  },
  replaces: ({ userDataReplaceOnChange }, path) => userDataReplaceOnChange === true && path.startsWith("userData"),
  async create(cloud, inputs) {
    const root = record(inputs, "rootBlockDevice") && (await rootDeviceOf(cloud, requiredText(inputs, "ami")));
    const run = () => cloud.ec2.send(new RunInstancesCommand(launchInput(inputs, root)));
    // A profile, or its role, made a moment ago has not arrived everywhere.
    const passes = (error: Error) =>
      error.name === "InvalidParameterValue" && /Invalid IAM Instance Profile/i.test(error.message);
    return (await whenPossible(cloud, run, passes)).Instances?.[0]?.InstanceId ?? "";
  },
  async settle(cloud, id, inputs, fresh) {
    if (!fresh) return;
    await awaitState(cloud, id, "running");
    const rootTags = record(inputs, "rootBlockDevice.tags");
    if (rootTags !== undefined) await tagRoot(cloud, id, rootTags);
    if (flag(inputs, "sourceDestCheck") === false) {
      await cloud.ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: id, SourceDestCheck: { Value: false } }));
    }
  },
  read: instanceOutputs,
  update: updateInstance,
  async delete(cloud, id, olds) {
    const InstanceId = id;
    if (flag(olds, "forceDestroy")) {
      const off = new ModifyInstanceAttributeCommand({ InstanceId, DisableApiTermination: { Value: false } });
      await unlessMissing(cloud.ec2.send(off), missingInstance);
    }
    await unlessMissing(cloud.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] })), missingInstance);
    await until(cloud, `termination of ${id}`, async () =>
      (await describeInstance(cloud, id)) === undefined ? true : undefined,
    );
  },
};

async function rootDeviceOf(cloud: Cloud, image: string): Promise<string> {
  const { Images } = await cloud.ec2.send(new DescribeImagesCommand({ ImageIds: [image] }));
  const name = Images?.[0]?.RootDeviceName;
  if (name === undefined) throw new Error(`image ${image} has no root device`);
  return name;
}

/** An instance as Describe calls tell it, in the package's words. */
import {
  DescribeInstanceAttributeCommand,
  type Instance,
  type InstanceAttributeName,
  type InstanceNetworkInterface,
} from "@aws-sdk/client-ec2";
import type { PlainRecord } from "../../../../sdk/provider/plain";
import type { Cloud } from "./cloud";
import { describeInstance } from "./instance-states";
import { tagOutputs } from "./tags";
import { describeVolume } from "./volumes";

export async function instanceOutputs(cloud: Cloud, id: string, inputs: PlainRecord): Promise<PlainRecord | undefined> {
  const found = await describeInstance(cloud, id);
  if (found === undefined) return undefined;
  return {
    arn: `arn:aws:ec2:${cloud.region}:${cloud.account}:instance/${id}`,
    ami: found.ImageId,
    instanceType: found.InstanceType,
    instanceState: found.State?.Name,
    availabilityZone: found.Placement?.AvailabilityZone,
    keyName: found.KeyName ?? "",
    iamInstanceProfile: found.IamInstanceProfile?.Arn?.split("/").at(-1) ?? "",
    monitoring: found.Monitoring?.State === "enabled" || found.Monitoring?.State === "pending",
    ebsOptimized: found.EbsOptimized,
    ...network(found),
    metadataOptions: metadata(found),
    rootBlockDevice: await rootDevice(cloud, found),
    ...(await attributes(cloud, id)),
    ...(await userData(cloud, id, inputs)),
    ...tagOutputs(found.Tags),
  };
}

export const primaryInterface = (found: Instance): InstanceNetworkInterface | undefined =>
  found.NetworkInterfaces?.find(({ Attachment }) => Attachment?.DeviceIndex === 0);

function network(found: Instance): PlainRecord {
  const primary = primaryInterface(found);
  const addresses = primary?.PrivateIpAddresses ?? [];
  return {
    subnetId: primary?.SubnetId ?? found.SubnetId,
    primaryNetworkInterfaceId: primary?.NetworkInterfaceId ?? "",
    privateIp: found.PrivateIpAddress,
    privateDns: found.PrivateDnsName,
    publicIp: found.PublicIpAddress ?? "",
    publicDns: found.PublicDnsName ?? "",
    // An Elastic IP counts: whoever sets it to false and adds one is told to replace the machine.
    associatePublicIpAddress: primary?.Association !== undefined,
    sourceDestCheck: primary?.SourceDestCheck,
    secondaryPrivateIps: addresses.flatMap(({ Primary, PrivateIpAddress = "" }) => (Primary ? [] : [PrivateIpAddress])),
    vpcSecurityGroupIds: (found.SecurityGroups ?? []).map(({ GroupId = "" }) => GroupId),
  };
}

function metadata({ MetadataOptions: options }: Instance): PlainRecord {
  return {
    httpEndpoint: options?.HttpEndpoint,
    httpTokens: options?.HttpTokens,
    httpPutResponseHopLimit: options?.HttpPutResponseHopLimit,
    httpProtocolIpv6: options?.HttpProtocolIpv6,
    instanceMetadataTags: options?.InstanceMetadataTags,
  };
}

async function rootDevice(cloud: Cloud, found: Instance): Promise<PlainRecord | undefined> {
  const device = found.BlockDeviceMappings?.find(({ DeviceName }) => DeviceName === found.RootDeviceName);
  const volume = device?.Ebs?.VolumeId && (await describeVolume(cloud, device.Ebs.VolumeId));
  if (!volume) return undefined;
  return {
    deviceName: device.DeviceName,
    deleteOnTermination: device.Ebs?.DeleteOnTermination,
    volumeId: volume.VolumeId,
    volumeSize: volume.Size,
    volumeType: volume.VolumeType,
    encrypted: volume.Encrypted,
    kmsKeyId: volume.KmsKeyId,
    iops: volume.Iops,
    throughput: volume.Throughput,
    tags: tagOutputs(volume.Tags).tags,
  };
}

async function attributes(cloud: Cloud, id: string): Promise<PlainRecord> {
  const termination = await attribute(cloud, id, "disableApiTermination");
  const shutdown = await attribute(cloud, id, "instanceInitiatedShutdownBehavior");
  return {
    disableApiTermination: termination.DisableApiTermination?.Value,
    instanceInitiatedShutdownBehavior: shutdown.InstanceInitiatedShutdownBehavior?.Value,
  };
}

/** In the form the program used, and in no other: what is secret there is secret here. */
async function userData(cloud: Cloud, id: string, inputs: PlainRecord): Promise<PlainRecord> {
  const there = (await attribute(cloud, id, "userData")).UserData?.Value;
  if (there === undefined || there === "") return {};
  if (inputs.userDataBase64 !== undefined) return { userDataBase64: there };
  return { userData: Buffer.from(there, "base64").toString() };
}

const attribute = (cloud: Cloud, InstanceId: string, Attribute: InstanceAttributeName) =>
  cloud.ec2.send(new DescribeInstanceAttributeCommand({ InstanceId, Attribute }));

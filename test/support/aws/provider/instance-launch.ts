/** What RunInstances is told. Pure. */
import { randomUUID } from "node:crypto";
import type { _InstanceType, RunInstancesCommandInput, VolumeType } from "@aws-sdk/client-ec2";
import type { PlainRecord } from "../../../../sdk/provider/plain";
import { tagged } from "./tags";
import { flag, number, record, requiredText, text, texts } from "./values";

export function launchInput(inputs: PlainRecord, rootDevice: string | undefined): RunInstancesCommandInput {
  const profile = text(inputs, "iamInstanceProfile");
  const metadata = record(inputs, "metadataOptions");
  const zone = text(inputs, "availabilityZone");
  const monitoring = flag(inputs, "monitoring");
  return {
    ClientToken: randomUUID(),
    MinCount: 1,
    MaxCount: 1,
    ImageId: requiredText(inputs, "ami"),
    InstanceType: requiredText(inputs, "instanceType") as _InstanceType,
    KeyName: text(inputs, "keyName"),
    UserData: userData(inputs),
    ...place(inputs),
    ...(zone && { Placement: { AvailabilityZone: zone } }),
    ...(profile && { IamInstanceProfile: { Name: profile } }),
    ...(rootDevice && { BlockDeviceMappings: [{ DeviceName: rootDevice, Ebs: rootVolume(inputs) }] }),
    ...(metadata && { MetadataOptions: metadataOptions(metadata) }),
    ...(monitoring !== undefined && { Monitoring: { Enabled: monitoring } }),
    DisableApiTermination: flag(inputs, "disableApiTermination"),
    EbsOptimized: flag(inputs, "ebsOptimized"),
    InstanceInitiatedShutdownBehavior: text(inputs, "instanceInitiatedShutdownBehavior") as "stop" | "terminate" | undefined,
    ...tagged(inputs, "instance"),
  };
}

export function metadataOptions(from: PlainRecord) {
  return {
    HttpEndpoint: text(from, "httpEndpoint") as "enabled" | "disabled" | undefined,
    HttpTokens: text(from, "httpTokens") as "optional" | "required" | undefined,
    HttpPutResponseHopLimit: number(from, "httpPutResponseHopLimit"),
    HttpProtocolIpv6: text(from, "httpProtocolIpv6") as "enabled" | "disabled" | undefined,
    InstanceMetadataTags: text(from, "instanceMetadataTags") as "enabled" | "disabled" | undefined,
  };
}

/** Some things can only be said of a network interface, and then all have to be. */
function place(inputs: PlainRecord): Partial<RunInstancesCommandInput> {
  const SubnetId = text(inputs, "subnetId");
  const groups = texts(inputs, "vpcSecurityGroupIds");
  const publicly = flag(inputs, "associatePublicIpAddress");
  const primary = text(inputs, "privateIp");
  const secondary = texts(inputs, "secondaryPrivateIps") ?? [];
  if (publicly === undefined && secondary.length === 0) {
    return { SubnetId, SecurityGroupIds: groups, PrivateIpAddress: primary };
  }
  const others = secondary.map((PrivateIpAddress) => ({ PrivateIpAddress, Primary: false }));
  return {
    NetworkInterfaces: [
      {
        DeviceIndex: 0,
        DeleteOnTermination: true,
        SubnetId,
        Groups: groups,
        AssociatePublicIpAddress: publicly,
        PrivateIpAddress: primary,
        ...(others.length > 0 && { PrivateIpAddresses: others }),
      },
    ],
  };
}

function rootVolume(inputs: PlainRecord) {
  const root = record(inputs, "rootBlockDevice") ?? {};
  return {
    DeleteOnTermination: flag(root, "deleteOnTermination") ?? true,
    Encrypted: flag(root, "encrypted"),
    KmsKeyId: text(root, "kmsKeyId"),
    VolumeSize: number(root, "volumeSize"),
    VolumeType: text(root, "volumeType") as VolumeType | undefined,
    Iops: number(root, "iops"),
    Throughput: number(root, "throughput"),
  };
}

function userData(inputs: PlainRecord): string | undefined {
  const clear = text(inputs, "userData");
  return clear === undefined ? text(inputs, "userDataBase64") : Buffer.from(clear).toString("base64");
}

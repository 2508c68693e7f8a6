/** The machine itself: what boots, its disk, its address. */
import { Eip } from "@pulumi/aws/ec2/eip";
import { EipAssociation } from "@pulumi/aws/ec2/eipAssociation";
import { Instance, type InstanceArgs } from "@pulumi/aws/ec2/instance";
import { VolumeAttachment } from "@pulumi/aws/ec2/volumeAttachment";
import { Record } from "@pulumi/aws/route53/record";
import type { Input, Resource } from "@pulumi/pulumi";
import { reportProblems } from "../../sdk/resources/program-problems";
import { child, type Scope, taggedChild } from "./child";
import type { DnsArgs } from "./ec2-host-args";
import { judgeInstance } from "./judge-instance";
import type { Ec2HostSpec } from "./read-ec2-host";
import type { Ec2HostTransforms } from "./transforms";

export interface MachineWish {
  readonly spec: Ec2HostSpec;
  readonly imageId: Input<string>;
  readonly userData: Input<string>;
  readonly subnetId: Input<string>;
  readonly securityGroupId: Input<string>;
  readonly instanceProfile: Input<string>;
  readonly endpointAddress: Input<string>;
  readonly kmsKeyId: Input<string> | undefined;
  /** Of the data volume. */
  readonly volumeId: Input<string>;
  readonly dns: DnsArgs | undefined;
  /** Protected from everything that would delete or replace it. */
  readonly kept: boolean;
}

export interface MachineParts {
  readonly instance: Instance;
  readonly address: Eip;
  readonly parts: readonly Resource[];
}

/**
 * What decides how a machine is born is frozen (`ignoreChanges`): another image or other user data would make a new one. What carries data
 * or a way to it is protected, so that no `--replace` throws it away; to have another machine, declare a second host and move.
 */
export function makeMachine(scope: Scope, wish: MachineWish, transform: Ec2HostTransforms = {}): MachineParts {
  const { kept, dns, volumeId } = wish;
  const instance = taggedChild(scope, Instance, {
    key: "instance",
    args: instanceArgs(wish),
    options: {
      protect: kept,
      ignoreChanges: ["ami", "userData"],
      deleteBeforeReplace: true,
      // It holds the key of the first contact.
      additionalSecretOutputs: ["userData"],
    },
    transform(args, options, name) {
      transform.instance?.(args, options, name);
      // In the same turn of the program as the key, whose Check tells it.
      void reportProblems(scope.name, judgeInstance(args));
    },
  });
  const attachment = child(scope, VolumeAttachment, {
    key: "data-attachment",
    // Whatever name is asked for, Nitro has its own: see device-path.ts. A disk is never pulled from a running system.
    args: { instanceId: instance.id, volumeId, deviceName: "/dev/sdf", stopInstanceBeforeDetaching: true },
    options: { protect: kept, deleteBeforeReplace: true },
    transform: transform.volumeAttachment,
  });
  const address = taggedChild(scope, Eip, {
    key: "address",
    args: { domain: "vpc" },
    options: { protect: kept },
    transform: transform.address,
  });
  // By the instance: that is its first private address. The second one is the service's, see endpoint-address.ts.
  const association = child(scope, EipAssociation, {
    key: "address-association",
    args: { instanceId: instance.id, allocationId: address.id },
    options: { protect: kept, deleteBeforeReplace: true },
    transform: transform.addressAssociation,
  });
  const record = dns && recordOf(scope, dns, address, transform.record);
  return { instance, address, parts: [instance, attachment, address, association, ...(record === undefined ? [] : [record])] };
}

/** Only its answer to who shows a token is given, and only as many hops away as `hopLimit`. */
function instanceArgs(wish: MachineWish): InstanceArgs {
  const { spec, kmsKeyId } = wish;
  const { size: volumeSize = 12, type: volumeType, ...performance } = spec.rootDisk;
  return {
    ami: wish.imageId,
    instanceType: spec.size,
    subnetId: wish.subnetId,
    vpcSecurityGroupIds: [wish.securityGroupId],
    secondaryPrivateIps: [wish.endpointAddress],
    iamInstanceProfile: wish.instanceProfile,
    userData: wish.userData,
    disableApiTermination: wish.kept,
    metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: spec.hopLimit },
    rootBlockDevice: {
      ...{ volumeSize, volumeType, ...performance },
      encrypted: true,
      deleteOnTermination: true,
      ...(kmsKeyId !== undefined && { kmsKeyId }),
    },
  };
}

/** A name for an address. */
export function recordOf(
  scope: Scope,
  { zoneId, name, ttl = 60 }: DnsArgs,
  { publicIp }: Eip,
  transform: Ec2HostTransforms["record"],
): Record {
  return child(scope, Record, {
    key: "record",
    args: { zoneId, name, type: "A", ttl, records: [publicIp] },
    transform,
  });
}

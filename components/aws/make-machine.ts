/** The machine itself: what boots, its disk, its address. */
import { Eip } from "@pulumi/aws/ec2/eip";
import { EipAssociation } from "@pulumi/aws/ec2/eipAssociation";
import { Instance, type InstanceArgs } from "@pulumi/aws/ec2/instance";
import { VolumeAttachment } from "@pulumi/aws/ec2/volumeAttachment";
import { Record } from "@pulumi/aws/route53/record";
import { type Input, type Output, output, type Resource } from "@pulumi/pulumi";
import { LostPart } from "../../sdk/resources/lost-part";
import { reportProblems } from "../../sdk/resources/program-problems";
import { child, childUnlessLost, type Scope, tagged, taggedChild } from "./child";
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
  /** Where it is gone at Amazon, with what a person should know of that. Known also in previews. */
  readonly lost: Output<{ readonly says: string } | undefined>;
}

export interface MachineParts {
  /** `""` of one that is lost. */
  readonly instanceId: Output<string>;
  readonly networkInterfaceId: Output<string>;
  readonly address: Eip;
  readonly parts: readonly Input<Resource>[];
}

/**
 * What decides how a machine is born is frozen (`ignoreChanges`): another image or other user data would make a new one. What carries data
 * or a way to it is protected, so that no `--replace` throws it away; to have another machine, declare a second host and move.
 */
export function makeMachine(scope: Scope, wish: MachineWish, transform: Ec2HostTransforms = {}): MachineParts {
  const { kept, dns, volumeId, lost } = wish;
  const silently = lost.apply((gone) => gone && {});
  const instance = childUnlessLost(
    scope,
    { type: "aws:ec2/instance:Instance", make: Instance },
    tagged(scope, {
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
    }),
    lost,
  );
  const instanceId = idOf(instance);
  const attachment = childUnlessLost(
    scope,
    { type: "aws:ec2/volumeAttachment:VolumeAttachment", make: VolumeAttachment },
    {
      key: "data-attachment",
      // Whatever name is asked for, Nitro has its own: see device-path.ts. A disk is never pulled from a running system.
      args: { instanceId, volumeId, deviceName: "/dev/sdf", stopInstanceBeforeDetaching: true },
      options: { protect: kept, deleteBeforeReplace: true },
      transform: transform.volumeAttachment,
    },
    silently,
  );
  const address = taggedChild(scope, Eip, {
    key: "address",
    args: { domain: "vpc" },
    options: { protect: kept },
    transform: transform.address,
  });
  // By the instance: that is its first private address. The second one is the service's, see endpoint-address.ts.
  const association = childUnlessLost(
    scope,
    { type: "aws:ec2/eipAssociation:EipAssociation", make: EipAssociation },
    {
      key: "address-association",
      args: { instanceId, allocationId: address.id },
      options: { protect: kept, deleteBeforeReplace: true },
      transform: transform.addressAssociation,
    },
    silently,
  );
  const record = dns && recordOf(scope, dns, address, transform.record);
  const networkInterfaceId = instance.apply((made) => (made instanceof LostPart ? output("") : made.primaryNetworkInterfaceId));
  return {
    ...{ instanceId, networkInterfaceId, address },
    parts: [instance, attachment, address, association, ...(record === undefined ? [] : [record])],
  };
}

const idOf = (instance: Output<Instance | LostPart>): Output<string> =>
  instance.apply((made) => (made instanceof LostPart ? output("") : made.id));

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

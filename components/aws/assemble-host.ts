/** All of a host at Amazon, in the order in which it comes to be. */
import { getSubnetOutput } from "@pulumi/aws/ec2/getSubnet";
import type { CustomResourceOptions, Input, Output, Resource } from "@pulumi/pulumi";
import { output } from "@pulumi/pulumi";
import { cloudInit } from "../../sdk/resources/cloud-init";
import { Host, type HostArgs } from "../../sdk/resources/host";
import { HostKey } from "../../sdk/resources/host-key";
import { MachineImage } from "../../sdk/resources/machine-image";
import type { HostRef } from "../../sdk/resources/placeable";
import { reportProblems } from "../../sdk/resources/program-problems";
import { Retirement } from "../../sdk/resources/retirement";
import type { Scope } from "./child";
import { devicePath } from "./device-path";
import { makeDataVolume } from "./ec2-data-volume";
import { makeFirewall } from "./ec2-firewall";
import type { Ec2HostArgs } from "./ec2-host-args";
import { makeIdentity } from "./ec2-identity";
import { makeNetwork } from "./ec2-network";
import { endpointAddressIn } from "./endpoint-address";
import { findImage } from "./find-image";
import type { HostWish } from "./host-wish";
import { makeMachine } from "./make-machine";
import type { Ec2HostSpec } from "./read-ec2-host";
import { readNetwork } from "./read-network";
import { openPortWords } from "./security-rules";

export interface HostParts {
  readonly ref: HostRef;
  readonly address: Output<string>;
  readonly instanceId: Output<string>;
  readonly networkInterfaceId: Output<string>;
  readonly endpointAddress: Output<string>;
  readonly dataVolumeId: Output<string>;
  /** All that was made. */
  readonly parts: readonly Resource[];
}

/** `kept`: protected from everything that would delete or replace machine, volume or address. */
export function assembleHost(
  { name, args, parent, authorizedKeys }: HostWish,
  spec: Ec2HostSpec,
  { kept }: { kept: boolean },
): HostParts {
  const { transform = {}, kmsKeyId, identityFile, prepare, identity, dns } = args;
  // A wrong program is told by the key's Check, and nothing of Amazon is asked or made before it and the image are there.
  const right = reportProblems(name, []).then((problems) => problems === undefined);
  const key = new HostKey(name, { parent, protect: kept });
  const found = right.then((isRight) => (isRight ? findImage(spec, { parent }) : { imageId: "" }));
  const image = new MachineImage(
    name,
    found,
    { arch: spec.arch, user: spec.user, authorizedKeys: output(authorizedKeys) },
    { parent, protect: kept },
  );
  const scope: Scope = { name, parent, after: [key, image], tags: args.tags };

  const place = placeOf(scope, args, right);
  const firewall = makeFirewall(scope, { ...spec, vpcId: place.vpcId }, transform);
  const profile = identity?.instanceProfileName ?? makeIdentity(scope, args.permissions ?? [], transform).profile.name;
  const disk = diskOf(scope, args, spec, { place, kept });
  const machine = makeMachine(
    scope,
    {
      ...{ spec, kept, dns, kmsKeyId },
      imageId: image.imageId,
      userData: cloudInit({ hostKey: key, user: spec.user, authorizedKeys }),
      subnetId: place.subnetId,
      securityGroupId: firewall.group.id,
      instanceProfile: profile,
      endpointAddress: place.endpointAddress,
      volumeId: disk.volumeId,
    },
    transform,
  );

  const hostArgs: HostArgs = {
    address: machine.address.publicIp,
    user: spec.user,
    hostKey: key,
    prepare: { ...prepare, dataDisk: { device: disk.device, ...(disk.filesystem && { filesystem: disk.filesystem }) } },
    storage: { outlivesMachine: true },
    endpoint: { kind: "floating" },
    openPorts: openPortWords(spec.ports),
    arch: spec.arch,
    ...(identityFile !== undefined && { identityFile }),
  };
  // All of it is made before the machine is met, and goes after the host was asked whether it may.
  const parts = [...place.parts, ...firewall.parts, ...machine.parts];
  const options: CustomResourceOptions = { parent, dependsOn: parts };
  transform.host?.(hostArgs, options, name);
  const host = new Host(name, hostArgs, options);
  if (kept) new Retirement(name, name, { step: "serve", host: host.ref }, { parent });
  return {
    ref: host.ref,
    address: machine.address.publicIp,
    instanceId: machine.instance.id,
    networkInterfaceId: machine.instance.primaryNetworkInterfaceId,
    endpointAddress: output(place.endpointAddress),
    dataVolumeId: output(disk.volumeId),
    parts: [...parts, host],
  };
}

interface HostPlace {
  readonly vpcId: Input<string>;
  readonly subnetId: Input<string>;
  readonly availabilityZone: Input<string>;
  readonly endpointAddress: Input<string>;
  /** What must be there for the machine to be reached. */
  readonly parts: readonly Resource[];
}

/** A subnet that is given, a network that is shared, or one of the host's own. */
function placeOf(scope: Scope, args: Ec2HostArgs, right: Promise<boolean>): HostPlace {
  const { subnetId, network, availabilityZone, transform } = args;
  const second = (subnetCidr: string): string => args.endpointAddress ?? endpointAddressIn(subnetCidr, scope.name) ?? "";
  if (subnetId !== undefined) {
    const asked = output(right).apply((isRight) =>
      isRight ? getSubnetOutput({ id: subnetId }, { parent: scope.parent }) : output(nowhere),
    );
    return {
      vpcId: asked.vpcId,
      subnetId,
      availabilityZone: asked.availabilityZone,
      endpointAddress: asked.cidrBlock.apply(second),
      parts: [],
    };
  }
  if (network !== undefined) {
    const { vpcId, subnetId: id, availabilityZone: zone, subnetCidr, parts } = network;
    return { vpcId, subnetId: id, availabilityZone: zone, endpointAddress: second(subnetCidr), parts };
  }
  const { spec } = readNetwork(availabilityZone === undefined ? {} : { availabilityZone });
  const { vpc, subnet, parts } = makeNetwork(scope, spec, transform);
  return {
    ...{ vpcId: vpc.id, subnetId: subnet.id, availabilityZone: subnet.availabilityZone },
    ...{ endpointAddress: second(spec.subnetCidr), parts },
  };
}

const nowhere = { vpcId: "", availabilityZone: "", cidrBlock: "" };

interface HostDisk {
  readonly volumeId: Input<string>;
  readonly device: Input<string>;
  readonly filesystem: "ext4" | "xfs" | undefined;
}

function diskOf(
  scope: Scope,
  { dataDisk, kmsKeyId, transform }: Ec2HostArgs,
  spec: Ec2HostSpec,
  { place, kept }: { readonly place: HostPlace; readonly kept: boolean },
): HostDisk {
  if (dataDisk !== undefined && "volumeId" in dataDisk) return dataDisk;
  const { snapshotId } = dataDisk ?? {};
  const volume = makeDataVolume(
    scope,
    { ...spec.dataDisk, availabilityZone: place.availabilityZone, kmsKeyId, snapshotId, kept },
    transform,
  );
  return { volumeId: volume.id, device: volume.id.apply(devicePath), filesystem: spec.dataDisk.filesystem };
}

/** All of a host at Amazon, in the order in which it comes to be. */
import { Volume } from "@pulumi/aws/ebs/volume";
import { getSubnetOutput } from "@pulumi/aws/ec2/getSubnet";
import type { CustomResourceOptions, Input, Output, Resource } from "@pulumi/pulumi";
import { all, output } from "@pulumi/pulumi";
import { cloudInit } from "../../sdk/resources/cloud-init";
import { Host, type HostArgs } from "../../sdk/resources/host";
import { HostKey } from "../../sdk/resources/host-key";
import { LostPart } from "../../sdk/resources/lost-part";
import { MachineImage } from "../../sdk/resources/machine-image";
import { type RecalledMachine, recall, remember } from "../../sdk/resources/machine-mark";
import type { HostRef } from "../../sdk/resources/placeable";
import { reportProblems } from "../../sdk/resources/program-problems";
import { Retirement } from "../../sdk/resources/retirement";
import { childUnlessLost, type Scope, tagged } from "./child";
import { devicePath } from "./device-path";
import { dataVolume, makeDataVolume } from "./ec2-data-volume";
import { makeFirewall } from "./ec2-firewall";
import type { Ec2HostArgs } from "./ec2-host-args";
import { makeIdentity } from "./ec2-identity";
import { makeNetwork } from "./ec2-network";
import { endpointAddressIn } from "./endpoint-address";
import { findDisk } from "./find-disk";
import { findImage } from "./find-image";
import { findMachine } from "./find-machine";
import type { HostWish } from "./host-wish";
import { tellLost } from "./judge-machine";
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
  /** Its machine is gone at Amazon. Known also in previews. */
  readonly isLost: Output<boolean>;
  /** The data volume is in a machine that is not this host's. */
  readonly diskElsewhere: Output<boolean>;
  /** All that was made. */
  readonly parts: readonly Input<Resource>[];
}

/** `kept`: protected from everything that would delete or replace machine, volume or address. */
export function assembleHost(
  { name, args, parent, authorizedKeys }: HostWish,
  spec: Ec2HostSpec,
  { kept }: { kept: boolean },
): HostParts {
  const { transform = {}, kmsKeyId, identityFile, prepare, identity, dns } = args;
  // Of a wrong program nothing is asked of Amazon, and nothing made: the first resource of ours tells its mistakes.
  const right = reportProblems(name, []).then((problems) => problems === undefined);
  const found = right.then((isRight) => (isRight ? findImage(spec, { parent }) : { imageId: "" }));
  const made = recall(name, { parent });
  const existing = findDisk(args, { made, right }, { parent });
  const image = new MachineImage(
    name,
    existing === undefined
      ? found
      : all([found, existing]).apply(([it, { problem }]) => (problem === undefined ? it : { problem })),
    { arch: spec.arch, user: spec.user, authorizedKeys: output(authorizedKeys) },
    { parent, protect: kept },
  );
  // Of a host that is refused nothing protected stays.
  const key = new HostKey(name, { parent, protect: kept, dependsOn: image });
  const scope: Scope = { name, parent, after: [key, image], tags: args.tags };
  const { lost, isLost, diskElsewhere } = standingOf(scope, made, { kept });

  const place = placeOf(scope, args, { right, zone: existing?.apply(({ zone }) => zone) });
  const firewall = makeFirewall(scope, { ...spec, vpcId: place.vpcId }, transform);
  const profile = identity?.instanceProfileName ?? makeIdentity(scope, args.permissions ?? [], transform).profile.name;
  const disk = diskOf(scope, args, spec, { place, kept, made, diskElsewhere });
  const machine = makeMachine(
    scope,
    {
      ...{ spec, kept, dns, kmsKeyId, lost },
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
  remember(name, made, { instance: machine.instanceId, volume: disk.volumeId }, { parent });
  if (kept) new Retirement(name, name, { step: "serve", host: host.ref }, { parent });
  return {
    ref: host.ref,
    address: machine.address.publicIp,
    instanceId: machine.instanceId,
    networkInterfaceId: machine.networkInterfaceId,
    endpointAddress: output(place.endpointAddress),
    dataVolumeId: output(disk.volumeId),
    ...{ isLost, diskElsewhere },
    parts: [...parts, host],
  };
}

/** What became of the machine that was made, as Amazon has it; where none was, nobody is asked. */
function standingOf({ name, parent }: Scope, made: Output<RecalledMachine>, { kept }: { readonly kept: boolean }) {
  const seen = made.apply((known) => findMachine(name, known, { parent }));
  const lost = all([made, seen]).apply(([known, { lost: isLost, diskElsewhere }]) =>
    isLost ? { says: tellLost(name, known, !kept, diskElsewhere) } : undefined,
  );
  return { lost, isLost: seen.apply((it) => it.lost), diskElsewhere: seen.apply((it) => it.diskElsewhere) };
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
function placeOf(
  scope: Scope,
  args: Ec2HostArgs,
  { right, zone }: { readonly right: Promise<boolean>; readonly zone: Output<string | undefined> | undefined },
): HostPlace {
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
    const { vpcId, subnetId: id, subnetCidr, parts } = network;
    return { vpcId, subnetId: id, availabilityZone: network.availabilityZone, endpointAddress: second(subnetCidr), parts };
  }
  const { spec } = readNetwork(availabilityZone === undefined ? {} : { availabilityZone });
  const wish = availabilityZone === undefined && zone !== undefined ? { ...spec, availabilityZone: zone } : spec;
  const { vpc, subnet, parts } = makeNetwork(scope, wish, transform);
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

interface DiskWish {
  readonly place: HostPlace;
  readonly kept: boolean;
  readonly made: Output<RecalledMachine>;
  readonly diskElsewhere: Output<boolean>;
}

function diskOf(
  scope: Scope,
  { dataDisk, kmsKeyId, transform = {} }: Ec2HostArgs,
  spec: Ec2HostSpec,
  { place, kept, made, diskElsewhere }: DiskWish,
): HostDisk {
  if (dataDisk !== undefined && "device" in dataDisk) return dataDisk;
  if (dataDisk !== undefined && "volumeId" in dataDisk) {
    const { volumeId } = dataDisk;
    return { volumeId, device: output(volumeId).apply(devicePath), filesystem: dataDisk.filesystem };
  }
  const { snapshotId } = dataDisk ?? {};
  const wish = { ...spec.dataDisk, availabilityZone: place.availabilityZone, kmsKeyId, snapshotId, kept };
  const { filesystem } = spec.dataDisk;
  if (kept) {
    const { id } = makeDataVolume(scope, wish, transform);
    return { volumeId: id, device: id.apply(devicePath), filesystem };
  }
  const volume = childUnlessLost(
    scope,
    { type: "aws:ebs/volume:Volume", make: Volume },
    tagged(scope, dataVolume(wish, transform)),
    diskElsewhere.apply((elsewhere) => (elsewhere ? {} : undefined)),
  );
  const volumeId = volume.apply((it) => (it instanceof LostPart ? made.apply(({ volume: id }) => id) : it.id));
  return { volumeId, device: volumeId.apply(devicePath), filesystem };
}

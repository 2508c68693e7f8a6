/** A network with one public subnet, for one host or several. */
import { ComponentResource, type ComponentResourceOptions, type Input, type Output, output } from "@pulumi/pulumi";
import type { NetworkTransforms } from "./transforms";

export interface Ec2NetworkArgs {
  /** Range of the network, /16 to /26. Default 10.215.0.0/16. Its first /24, or all of it if smaller, is the subnet. */
  readonly cidr?: string;
  /** `"eu-central-1a"`. Default: Amazon chooses. Read once: later changes do nothing. */
  readonly availabilityZone?: string;
  /** Tags beside our own. Default none. */
  readonly tags?: Readonly<Record<string, Input<string>>>;
  readonly transform?: NetworkTransforms;
}

export class Ec2Network extends ComponentResource {
  readonly vpcId: Output<string>;
  readonly subnetId: Output<string>;
  readonly subnetCidr: string;
  readonly availabilityZone: Output<string>;

  constructor(name: string, _args: Ec2NetworkArgs = {}, options?: ComponentResourceOptions) {
    super("drayage:aws:Ec2Network", name, {}, options);
    this.vpcId = output("");
    this.subnetId = output("");
    this.subnetCidr = "";
    this.availabilityZone = output("");
    this.registerOutputs({});
  }
}

import { ComponentResource, type ComponentResourceOptions, type Output, output } from "@pulumi/pulumi";
import { Host } from "../../sdk/resources/host";
import type { HostRef, Placeable } from "../../sdk/resources/placeable";
import type { Ec2HostArgs } from "./ec2-host-args";

/**
 * A machine at Amazon that is a host, in one line.
 *
 * @example
 * const cloud = new Ec2Host("cloud", { size: "t3.small", sshFrom: ["198.51.100.0/24"] });
 */
export class Ec2Host extends ComponentResource implements Placeable {
  /** What a workload's `host` takes. */
  readonly ref: HostRef;
  /** The machine's own Elastic IP, where ssh goes. It never moves. `""` once the host is retired. */
  readonly address: Output<string>;
  /** `i-0123…` */
  readonly instanceId: Output<string>;
  /** The machine's network interface: an address of a service is associated with it, at `endpointAddress`. */
  readonly networkInterfaceId: Output<string>;
  /** Second private address of the machine, for the Elastic IP of a service. */
  readonly endpointAddress: Output<string>;
  /** `vol-0123…` of the data disk. */
  readonly dataVolumeId: Output<string>;

  constructor(name: string, _args: Ec2HostArgs, options?: ComponentResourceOptions) {
    super("drayage:aws:Ec2Host", name, {}, options);
    this.address = output("");
    this.ref = new Host(name, { address: this.address }, { parent: this }).ref;
    this.instanceId = output("");
    this.networkInterfaceId = output("");
    this.endpointAddress = output("");
    this.dataVolumeId = output("");
    this.registerOutputs({});
  }
}

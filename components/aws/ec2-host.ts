import { ComponentResource, type ComponentResourceOptions, type Output } from "@pulumi/pulumi";
import type { HostRef, Placeable } from "../../sdk/resources/placeable";
import { assembleHost } from "./assemble-host";
import type { Ec2HostArgs } from "./ec2-host-args";
import { hostWish } from "./host-wish";
import { noHost, retireHost } from "./retire-host";

/**
 * A machine at Amazon that is a host, in one line: network, firewall, role, encrypted disks and address, made a host at its first contact
 * by a key that was made before it. All of Docker's data is on a volume that outlives the machine.
 *
 * Machine, volume and address are protected: no replacement and no taint throws them away, and a newer image or other user data changes
 * nothing. To have another machine, declare a second host and change the workload's `host` to it; to be rid of one, `retired: true`.
 *
 * @example
 * const cloud = new Ec2Host("cloud", { size: "t3.small", sshFrom: ["198.51.100.0/24"] });
 *
 * @example
 * const cloud = new Ec2Host("cloud", {
 *   size: "m7g.large",
 *   sshFrom: ["198.51.100.0/24"],
 *   dataDisk: { size: 200, throughput: 250 },
 *   transform: { instance: (args) => Object.assign(args, { monitoring: true }) },
 * });
 */
export class Ec2Host extends ComponentResource implements Placeable {
  /** What a workload's `host` takes. */
  readonly ref: HostRef;
  /** The machine's own Elastic IP, where ssh goes. It never moves. `""` once the host is retired, as the others are. */
  readonly address: Output<string>;
  /** `i-0123…`; `""` of a machine that is gone at Amazon, as its interface's. */
  readonly instanceId: Output<string>;
  /** The machine's network interface: an address of a service is associated with it, at `endpointAddress`. */
  readonly networkInterfaceId: Output<string>;
  /** Second private address of the machine, for the Elastic IP of a service. */
  readonly endpointAddress: Output<string>;
  /** `vol-0123…` of the data disk. */
  readonly dataVolumeId: Output<string>;
  /** @internal Known also in previews. */
  readonly isLost: Output<boolean>;

  constructor(name: string, args: Ec2HostArgs, options?: ComponentResourceOptions) {
    super("drayage:aws:Ec2Host", name, {}, options);
    const wish = hostWish(name, args, this);
    const { spec } = wish;
    const made =
      spec === undefined
        ? noHost(wish)
        : spec.retired === false
          ? assembleHost(wish, spec, { kept: true })
          : retireHost(wish, spec);
    this.ref = made.ref;
    this.address = made.address;
    this.instanceId = made.instanceId;
    this.networkInterfaceId = made.networkInterfaceId;
    this.endpointAddress = made.endpointAddress;
    this.dataVolumeId = made.dataVolumeId;
    this.isLost = made.isLost;
    this.registerOutputs({ address: this.address, instanceId: this.instanceId, dataVolumeId: this.dataVolumeId });
  }
}

import { Eip, type EipArgs } from "@pulumi/aws/ec2/eip";
import { EipAssociation, type EipAssociationArgs } from "@pulumi/aws/ec2/eipAssociation";
import type { RecordArgs } from "@pulumi/aws/route53/record";
import { all, ComponentResource, type ComponentResourceOptions, type Input, log, type Output, output } from "@pulumi/pulumi";
import { knownPart } from "../../sdk/resources/known-part";
import { permission } from "../../sdk/resources/mistakes";
import type { HostRef } from "../../sdk/resources/placeable";
import type { Placement } from "../../sdk/resources/workload";
import { urlOf } from "../../sdk/spec/endpoint";
import { child, type Scope, taggedChild } from "./child";
import type { Ec2Host } from "./ec2-host";
import type { DnsArgs } from "./ec2-host-args";
import { type EndpointHost, endpointNote, endpointPlace } from "./endpoint-place";
import { recordOf } from "./make-machine";
import { readElasticEndpoint } from "./read-elastic-endpoint";
import type { Transform } from "./transforms";

export interface ElasticEndpointArgs {
  /** The workload that clients of the address want. */
  readonly workload: EndpointWorkload;
  /** Hosts among which the address moves, all in one region and account. At least one. */
  readonly hosts: readonly Ec2Host[];
  /** A name in Route 53 for the address. Default: none. */
  readonly dns?: DnsArgs;
  /** Tags of the address, beside our own. Default none. */
  readonly tags?: Readonly<Record<string, Input<string>>>;
  /** Adjusts children: one function for each. */
  readonly transform?: ElasticEndpointTransforms;
}

/** What is needed of a Workload. */
export interface EndpointWorkload {
  readonly placement: Output<Placement>;
  readonly forwardedFrom: Output<readonly string[] | undefined>;
  readonly wantedHost: HostRef;
}

export interface ElasticEndpointTransforms {
  /** The Elastic IP. It is protected; write `options.protect = false` and run `dray up` before the endpoint leaves the program. */
  readonly address?: Transform<EipArgs>;
  readonly association?: Transform<EipAssociationArgs>;
  /** Only with `dns`. */
  readonly record?: Transform<RecordArgs>;
}

/**
 * An address that is the service's and not a machine's: an Elastic IP that follows a workload from one `Ec2Host` to another in the same
 * `dray up`, right after the move, so that clients notice nothing but its pause. Ssh's address of the machines never moves.
 *
 * While the workload lives on a host that is none of these, the address stays at the one that it left, which forwards to it.
 *
 * @example
 * const shop = new Workload("shop", { host: a, services: { web: { image: "nginx:1.27", ports: ["80:80"] } } });
 * const front = new ElasticEndpoint("shop", { workload: shop, hosts: [a, b], dns: { zoneId: "Z0123", name: "shop.example.com" } });
 * export const url = front.url(80);
 */
export class ElasticEndpoint extends ComponentResource {
  /** The Elastic IP. */
  readonly address: Output<string>;
  /** Name of the host at which the address is. `""`: at none. */
  readonly host: Output<string>;

  constructor(name: string, args: ElasticEndpointArgs, options?: ComponentResourceOptions) {
    super("drayage:aws:ElasticEndpoint", name, {}, options);
    const { workload, hosts = [], dns, tags, transform = {} } = args;
    const { problems } = readElasticEndpoint(knownPart({ dns, tags, transform }), { workload, hosts });
    const scope: Scope = { name, parent: this, after: permission(name, problems), tags };
    const address = taggedChild(scope, Eip, {
      key: "address",
      args: { domain: "vpc" },
      options: { protect: true },
      transform: transform.address,
    });
    if (dns !== undefined) recordOf(scope, dns, address, transform.record);
    this.address = address.publicIp;
    const right = problems.length === 0;
    this.host = right ? this.associate(scope, { ...args, transform }, address) : address.publicIp.apply(() => "");
    this.registerOutputs({ address: this.address, host: this.host });
  }

  /** Where a port of the workload is reached at the address. `target`: the port inside the container decides the scheme. Default: `port`. */
  url(port: number, target = port): Output<string> {
    return this.address.apply((address) => urlOf(address, { published: port, target, protocol: "tcp" }));
  }

  /**
   * The association hangs on the workload's outputs, so it follows only when a move has ended well. Where the program itself wants the
   * workload on one of the hosts it is registered at once: a preview that does not know the outputs yet must not show it as gone.
   */
  private associate(scope: Scope, { workload, hosts, transform }: ElasticEndpointArgs, address: Eip): Output<string> {
    const places = all(hosts.map(placeOf));
    const whereabouts = all([workload.placement, workload.forwardedFrom]).apply(([{ host }, from]) => ({
      lives: host,
      forwarding: from ?? [],
    }));
    const found = all([places, whereabouts]).apply(([known, about]) => {
      const at = endpointPlace(known, about);
      const note = endpointNote(scope.name, at, about);
      if (note !== undefined) void log.info(note, this);
      return at;
    });
    const wanted = hosts.findIndex(({ ref }) => ref === workload.wantedHost);
    const wantsLost = hosts[wanted]?.isLost ?? output(false);
    const make = (at: Output<EndpointHost>) =>
      child(scope, EipAssociation, {
        key: "association",
        args: {
          allocationId: address.id,
          networkInterfaceId: at.networkInterfaceId,
          privateIpAddress: at.privateIpAddress,
          // The new association is made first and takes the address over in one step; the old one is gone by then.
          allowReassociation: true,
        },
        transform: transform?.association,
      });
    const atOnce = (): Output<string> => {
      const at = all([found, places]).apply(([there, known]) => there ?? (known[wanted] as EndpointHost));
      make(at);
      return at.name;
    };
    const whenFound = (): Output<string> =>
      found.apply((at) => {
        if (at === undefined) return "";
        make(all([places]).apply(() => at));
        return at.name;
      });
    return wanted < 0 ? whenFound() : wantsLost.apply((isLost) => (isLost ? whenFound() : atOnce()));
  }
}

function placeOf({ ref, networkInterfaceId, endpointAddress }: Ec2Host): Output<EndpointHost> {
  return all([ref.name, networkInterfaceId, endpointAddress]).apply(([name, id, privateIpAddress]) => ({
    name,
    networkInterfaceId: id,
    privateIpAddress,
  }));
}

import { InternetGateway } from "@pulumi/aws/ec2/internetGateway";
import { Route } from "@pulumi/aws/ec2/route";
import { RouteTable } from "@pulumi/aws/ec2/routeTable";
import { RouteTableAssociation } from "@pulumi/aws/ec2/routeTableAssociation";
import { Subnet } from "@pulumi/aws/ec2/subnet";
import { Vpc } from "@pulumi/aws/ec2/vpc";
import { ComponentResource, type ComponentResourceOptions, type Input, type Output, type Resource } from "@pulumi/pulumi";
import { knownPart } from "../../sdk/resources/known-part";
import { permission } from "../../sdk/resources/mistakes";
import { child, type Scope, taggedChild } from "./child";
import { type NetworkSpec, readNetwork } from "./read-network";
import type { NetworkTransforms } from "./transforms";

export interface Ec2NetworkArgs {
  /** Range of the network, /16 to /26. Default 10.215.0.0/16. Its first /24, or all of it if smaller, is the subnet. */
  readonly cidr?: string;
  /** `"eu-central-1a"`. Default: Amazon chooses. Read once: later changes do nothing. */
  readonly availabilityZone?: string;
  /** Tags beside our own. Default none. */
  readonly tags?: Readonly<Record<string, Input<string>>>;
  /** Adjusts children: one function for each. */
  readonly transform?: NetworkTransforms;
}

/**
 * A network with one public subnet, for one host or several. Every `Ec2Host` makes one of its own unless it is given this.
 *
 * @example
 * const network = new Ec2Network("shared", { cidr: "10.220.0.0/16" });
 * const cloud = new Ec2Host("cloud", { size: "t3.small", sshFrom: ["198.51.100.0/24"], network });
 */
export class Ec2Network extends ComponentResource {
  readonly vpcId: Output<string>;
  readonly subnetId: Output<string>;
  /** Range of the subnet. */
  readonly subnetCidr: string;
  /** Zone of the subnet: volumes for its machines must be in the same. */
  readonly availabilityZone: Output<string>;
  /** All of it, for what must wait until machines in it can be reached. */
  readonly parts: readonly Resource[];

  constructor(name: string, args: Ec2NetworkArgs = {}, options?: ComponentResourceOptions) {
    super("drayage:aws:Ec2Network", name, {}, options);
    const { transform, ...written } = args;
    const { spec, problems } = readNetwork(knownPart(written));
    const scope = { name, parent: this, after: permission(name, problems), tags: args.tags };
    const { vpc, subnet, parts } = makeNetwork(scope, spec, transform);
    this.vpcId = vpc.id;
    this.subnetId = subnet.id;
    this.subnetCidr = spec.subnetCidr;
    this.availabilityZone = subnet.availabilityZone;
    this.parts = parts;
    this.registerOutputs({ vpcId: this.vpcId, subnetId: this.subnetId });
  }
}

export interface NetworkParts {
  readonly vpc: Vpc;
  readonly subnet: Subnet;
  readonly parts: readonly Resource[];
}

export interface NetworkWish extends Omit<NetworkSpec, "availabilityZone"> {
  readonly availabilityZone?: Input<string | undefined>;
}

/** A zone that Amazon has chosen is no difference to one that the program does not name. */
export function makeNetwork(scope: Scope, wish: NetworkWish, transform: NetworkTransforms = {}): NetworkParts {
  const { cidr, subnetCidr, availabilityZone } = wish;
  const vpc = taggedChild(scope, Vpc, {
    key: "vpc",
    args: { cidrBlock: cidr, enableDnsSupport: true, enableDnsHostnames: true },
    transform: transform.vpc,
  });
  const gateway = taggedChild(scope, InternetGateway, {
    key: "gateway",
    args: { vpcId: vpc.id },
    transform: transform.internetGateway,
  });
  const subnet = taggedChild(scope, Subnet, {
    key: "subnet",
    args: { vpcId: vpc.id, cidrBlock: subnetCidr, ...(availabilityZone !== undefined && { availabilityZone }) },
    options: { ignoreChanges: ["availabilityZone"] },
    transform: transform.subnet,
  });
  const table = taggedChild(scope, RouteTable, { key: "routes", args: { vpcId: vpc.id }, transform: transform.routeTable });
  const route = child(scope, Route, {
    key: "route",
    args: { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: gateway.id },
    transform: transform.route,
  });
  const association = child(scope, RouteTableAssociation, {
    key: "subnet-routes",
    args: { subnetId: subnet.id, routeTableId: table.id },
    transform: transform.routeTableAssociation,
  });
  return { vpc, subnet, parts: [vpc, gateway, subnet, table, route, association] };
}

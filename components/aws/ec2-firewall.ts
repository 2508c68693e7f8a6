import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup";
import { SecurityGroupEgressRule } from "@pulumi/aws/vpc/securityGroupEgressRule";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule";
import { ComponentResource, type ComponentResourceOptions, type Input, type Output, type Resource } from "@pulumi/pulumi";
import { knownPart } from "../../sdk/resources/known-part";
import { permission } from "../../sdk/resources/mistakes";
import { type Scope, taggedChild } from "./child";
import type { OpenPort } from "./ec2-host-args";
import { type FirewallSpec, readFirewall } from "./read-firewall";
import { egressRules, ingressRules, type SecurityRule } from "./security-rules";
import type { FirewallTransforms } from "./transforms";

export interface Ec2FirewallArgs {
  /** The network that it is for. */
  readonly vpcId: Input<string>;
  /** Ranges from which port 22 is reached, IPv4 or IPv6. The whole world is refused without `allowWorldSsh`. */
  readonly sshFrom: readonly string[];
  /** Lets `sshFrom` hold `0.0.0.0/0` or `::/0`. Default false. */
  readonly allowWorldSsh?: boolean;
  /** Ports that are open beside it. Default 80 and 443, TCP, from every IPv4 address. */
  readonly ports?: readonly (number | OpenPort)[];
  /** Tags beside our own. Default none. */
  readonly tags?: Readonly<Record<string, Input<string>>>;
  /** Adjusts children: one function for each. */
  readonly transform?: FirewallTransforms;
}

/**
 * A security group whose rules are resources of their own: ssh from named ranges, the ports, everything out. Every `Ec2Host` makes one.
 *
 * @example
 * const firewall = new Ec2Firewall("mine", { vpcId: network.vpcId, sshFrom: ["198.51.100.0/24"], ports: [443] });
 */
export class Ec2Firewall extends ComponentResource {
  readonly securityGroupId: Output<string>;

  constructor(name: string, args: Ec2FirewallArgs, options?: ComponentResourceOptions) {
    super("drayage:aws:Ec2Firewall", name, {}, options);
    const { transform, vpcId, ...written } = args;
    const { spec, problems } = readFirewall(knownPart(written));
    const scope = { name, parent: this, after: permission(name, problems), tags: args.tags };
    this.securityGroupId = makeFirewall(scope, { ...spec, vpcId }, transform).group.id;
    this.registerOutputs({ securityGroupId: this.securityGroupId });
  }
}

export interface FirewallParts {
  readonly group: SecurityGroup;
  readonly parts: readonly Resource[];
}

export function makeFirewall(
  scope: Scope,
  { vpcId, sshFrom, ports }: FirewallSpec & { readonly vpcId: Input<string> },
  transform: FirewallTransforms = {},
): FirewallParts {
  const group = taggedChild(scope, SecurityGroup, {
    key: "firewall",
    args: { vpcId, description: `drayage host ${scope.name}` },
    transform: transform.securityGroup,
  });
  const incoming = ingressRules(sshFrom, ports).map((rule) =>
    taggedChild(scope, SecurityGroupIngressRule, {
      key: rule.key,
      args: { securityGroupId: group.id, ...argsOf(rule) },
      transform: transform.ingressRule,
    }),
  );
  const outgoing = egressRules.map((rule) =>
    taggedChild(scope, SecurityGroupEgressRule, {
      key: rule.key,
      args: { securityGroupId: group.id, ...argsOf(rule) },
      transform: transform.egressRule,
    }),
  );
  return { group, parts: [group, ...incoming, ...outgoing] };
}

const argsOf = ({ key: _, protocol, ...rule }: SecurityRule) => ({ ...rule, ipProtocol: protocol });

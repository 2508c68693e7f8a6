/** How a program adjusts what a component makes: one function per child, called before it is registered. */
import type { VolumeArgs } from "@pulumi/aws/ebs/volume";
import type { EipArgs } from "@pulumi/aws/ec2/eip";
import type { EipAssociationArgs } from "@pulumi/aws/ec2/eipAssociation";
import type { InstanceArgs } from "@pulumi/aws/ec2/instance";
import type { InternetGatewayArgs } from "@pulumi/aws/ec2/internetGateway";
import type { RouteArgs } from "@pulumi/aws/ec2/route";
import type { RouteTableArgs } from "@pulumi/aws/ec2/routeTable";
import type { RouteTableAssociationArgs } from "@pulumi/aws/ec2/routeTableAssociation";
import type { SecurityGroupArgs } from "@pulumi/aws/ec2/securityGroup";
import type { SubnetArgs } from "@pulumi/aws/ec2/subnet";
import type { VolumeAttachmentArgs } from "@pulumi/aws/ec2/volumeAttachment";
import type { VpcArgs } from "@pulumi/aws/ec2/vpc";
import type { LifecyclePolicyArgs } from "@pulumi/aws/ecr/lifecyclePolicy";
import type { RepositoryArgs } from "@pulumi/aws/ecr/repository";
import type { InstanceProfileArgs } from "@pulumi/aws/iam/instanceProfile";
import type { RoleArgs } from "@pulumi/aws/iam/role";
import type { RolePolicyArgs } from "@pulumi/aws/iam/rolePolicy";
import type { RecordArgs } from "@pulumi/aws/route53/record";
import type { SecurityGroupEgressRuleArgs } from "@pulumi/aws/vpc/securityGroupEgressRule";
import type { SecurityGroupIngressRuleArgs } from "@pulumi/aws/vpc/securityGroupIngressRule";
import type { CustomResourceOptions } from "@pulumi/pulumi";
import type { HostArgs } from "../../sdk/resources/host";

/** Writes into `args` and `options` what shall be otherwise; `name` is the child's, `cloud-instance`. What it returns is not used. */
export type Transform<A> = (args: A, options: CustomResourceOptions, name: string) => void;

export interface NetworkTransforms {
  readonly vpc?: Transform<VpcArgs>;
  readonly internetGateway?: Transform<InternetGatewayArgs>;
  readonly subnet?: Transform<SubnetArgs>;
  readonly routeTable?: Transform<RouteTableArgs>;
  /** The route to the internet. */
  readonly route?: Transform<RouteArgs>;
  readonly routeTableAssociation?: Transform<RouteTableAssociationArgs>;
}

export interface FirewallTransforms {
  readonly securityGroup?: Transform<SecurityGroupArgs>;
  /** Each rule that lets something in; `name` ends with what it lets in, `cloud-in-22-198-51-100-0-24`. */
  readonly ingressRule?: Transform<SecurityGroupIngressRuleArgs>;
  /** Each rule that lets something out. */
  readonly egressRule?: Transform<SecurityGroupEgressRuleArgs>;
}

export interface IdentityTransforms {
  readonly role?: Transform<RoleArgs>;
  /** Only where permissions are asked for. */
  readonly rolePolicy?: Transform<RolePolicyArgs>;
  readonly instanceProfile?: Transform<InstanceProfileArgs>;
}

export interface DataVolumeTransforms {
  readonly volume?: Transform<VolumeArgs>;
}

export interface Ec2HostTransforms extends NetworkTransforms, FirewallTransforms, IdentityTransforms, DataVolumeTransforms {
  readonly instance?: Transform<InstanceArgs>;
  readonly volumeAttachment?: Transform<VolumeAttachmentArgs>;
  /** The machine's own address. */
  readonly address?: Transform<EipArgs>;
  readonly addressAssociation?: Transform<EipAssociationArgs>;
  /** Only with `dns`. */
  readonly record?: Transform<RecordArgs>;
  /** The drayage Host that a workload lives on. */
  readonly host?: Transform<Mutable<HostArgs>>;
}

export interface EcrRepositoryTransforms {
  readonly repository?: Transform<RepositoryArgs>;
  /** Not with `untaggedDays: "keep"`. */
  readonly lifecyclePolicy?: Transform<LifecyclePolicyArgs>;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

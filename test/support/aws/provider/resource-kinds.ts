/** Token → mapping: the types that components use, and no other. */
import type { ResourceKind } from "./resource-kind";
import { eip } from "./resources/eip";
import { eipAssociation } from "./resources/eip-association";
import { instance } from "./resources/instance";
import { instanceProfile } from "./resources/instance-profile";
import { internetGateway } from "./resources/internet-gateway";
import { lifecyclePolicy } from "./resources/lifecycle-policy";
import { record } from "./resources/record";
import { repository } from "./resources/repository";
import { role } from "./resources/role";
import { rolePolicy } from "./resources/role-policy";
import { route } from "./resources/route";
import { routeTable } from "./resources/route-table";
import { routeTableAssociation } from "./resources/route-table-association";
import { securityGroup } from "./resources/security-group";
import { securityGroupEgressRule, securityGroupIngressRule } from "./resources/security-group-rule";
import { subnet } from "./resources/subnet";
import { volume } from "./resources/volume";
import { volumeAttachment } from "./resources/volume-attachment";
import { vpc } from "./resources/vpc";

export const resourceKinds: Readonly<Record<string, ResourceKind>> = {
  "aws:ebs/volume:Volume": volume,
  "aws:ec2/eip:Eip": eip,
  "aws:ec2/eipAssociation:EipAssociation": eipAssociation,
  "aws:ec2/instance:Instance": instance,
  "aws:ec2/internetGateway:InternetGateway": internetGateway,
  "aws:ec2/route:Route": route,
  "aws:ec2/routeTable:RouteTable": routeTable,
  "aws:ec2/routeTableAssociation:RouteTableAssociation": routeTableAssociation,
  "aws:ec2/securityGroup:SecurityGroup": securityGroup,
  "aws:ec2/subnet:Subnet": subnet,
  "aws:ec2/volumeAttachment:VolumeAttachment": volumeAttachment,
  "aws:ec2/vpc:Vpc": vpc,
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": lifecyclePolicy,
  "aws:ecr/repository:Repository": repository,
  "aws:iam/instanceProfile:InstanceProfile": instanceProfile,
  "aws:iam/role:Role": role,
  "aws:iam/rolePolicy:RolePolicy": rolePolicy,
  "aws:route53/record:Record": record,
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": securityGroupEgressRule,
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": securityGroupIngressRule,
};

/** What a program imports from "drayage/aws". Needs the package `@pulumi/aws`; nobody else loads it. */
import "./needed";

export { Ec2DataVolume, type Ec2DataVolumeArgs } from "./ec2-data-volume";
export { Ec2Firewall, type Ec2FirewallArgs } from "./ec2-firewall";
export { Ec2Host } from "./ec2-host";
export type {
  DataDiskArgs,
  DnsArgs,
  Ec2HostArgs,
  ExistingDiskArgs,
  MachineImageArgs,
  MachineSystem,
  OpenPort,
  PermissionArgs,
  RootDiskArgs,
  VolumeType,
} from "./ec2-host-args";
export { Ec2Identity, type Ec2IdentityArgs } from "./ec2-identity";
export { Ec2Network, type Ec2NetworkArgs } from "./ec2-network";
export { type EcrPushArgs, EcrRepository, type EcrRepositoryArgs } from "./ecr-repository";
export {
  ElasticEndpoint,
  type ElasticEndpointArgs,
  type ElasticEndpointTransforms,
  type EndpointWorkload,
} from "./elastic-endpoint";
export type {
  DataVolumeTransforms,
  Ec2HostTransforms,
  EcrRepositoryTransforms,
  FirewallTransforms,
  IdentityTransforms,
  NetworkTransforms,
  Transform,
} from "./transforms";

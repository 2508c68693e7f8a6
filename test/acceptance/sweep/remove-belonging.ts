/** How each kind is taken away. What is gone already is no failure. */
import {
  DeleteInternetGatewayCommand,
  DeleteRouteTableCommand,
  DeleteSecurityGroupCommand,
  DeleteSnapshotCommand,
  DeleteSubnetCommand,
  DeleteVolumeCommand,
  DeleteVpcCommand,
  DescribeAddressesCommand,
  DescribeInternetGatewaysCommand,
  DescribeRouteTablesCommand,
  DetachInternetGatewayCommand,
  DisassociateAddressCommand,
  DisassociateRouteTableCommand,
  ModifyInstanceAttributeCommand,
  ReleaseAddressCommand,
  TerminateInstancesCommand,
  waitUntilInstanceTerminated,
} from "@aws-sdk/client-ec2";
import {
  DeleteInstanceProfileCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetInstanceProfileCommand,
  ListRolePoliciesCommand,
  RemoveRoleFromInstanceProfileCommand,
} from "@aws-sdk/client-iam";
import type { Belonging } from "./belonging";
import type { Clients } from "./find-belongings";

type Remove = (clients: Clients, id: string) => Promise<unknown>;

/** In this order: what is later holds what comes before. Rules of a security group go with it. */
const removals: Readonly<Record<string, Remove>> = {
  instance: terminate,
  volume: ({ ec2 }, VolumeId) => ec2.send(new DeleteVolumeCommand({ VolumeId })),
  snapshot: ({ ec2 }, SnapshotId) => ec2.send(new DeleteSnapshotCommand({ SnapshotId })),
  "elastic-ip": release,
  "instance-profile": deleteProfile,
  role: deleteRole,
  "security-group": ({ ec2 }, GroupId) => ec2.send(new DeleteSecurityGroupCommand({ GroupId })),
  subnet: ({ ec2 }, SubnetId) => ec2.send(new DeleteSubnetCommand({ SubnetId })),
  "route-table": deleteRouteTable,
  "internet-gateway": deleteGateway,
  vpc: ({ ec2 }, VpcId) => ec2.send(new DeleteVpcCommand({ VpcId })),
};

const goWithOthers = ["security-group-rule", "network-interface"];

export function inOrder(belongings: readonly Belonging[]): Belonging[] {
  const order = Object.keys(removals);
  const place = ({ kind }: Belonging) => (order.includes(kind) ? order.indexOf(kind) : order.length);
  return belongings.filter(({ kind }) => !goWithOthers.includes(kind)).sort((a, b) => place(a) - place(b));
}

/** @throws what AWS says, or that nobody knows how to remove that kind */
export async function removeBelonging(clients: Clients, { kind, id }: Belonging): Promise<void> {
  const remove = removals[kind];
  if (remove === undefined) throw new Error(`no way to remove a ${kind} is known`);
  await unlessGone(remove(clients, id));
}

async function terminate({ ec2 }: Clients, id: string): Promise<void> {
  const unprotected = { InstanceId: id, DisableApiTermination: { Value: false } };
  // One that is terminated already cannot be modified, and is told of for an hour.
  await unlessGone(ec2.send(new ModifyInstanceAttributeCommand(unprotected)), "IncorrectInstanceState");
  await ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
  await waitUntilInstanceTerminated({ client: ec2, maxWaitTime: 600, minDelay: 1 }, { InstanceIds: [id] });
}

async function release({ ec2 }: Clients, AllocationId: string): Promise<void> {
  const { Addresses = [] } = await ec2.send(new DescribeAddressesCommand({ AllocationIds: [AllocationId] }));
  const AssociationId = Addresses[0]?.AssociationId;
  if (AssociationId) await unlessGone(ec2.send(new DisassociateAddressCommand({ AssociationId })));
  await ec2.send(new ReleaseAddressCommand({ AllocationId }));
}

async function deleteProfile({ iam }: Clients, InstanceProfileName: string): Promise<void> {
  const { InstanceProfile } = await iam.send(new GetInstanceProfileCommand({ InstanceProfileName }));
  for (const { RoleName } of InstanceProfile?.Roles ?? [])
    await iam.send(new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName }));
  await iam.send(new DeleteInstanceProfileCommand({ InstanceProfileName }));
}

async function deleteRole({ iam }: Clients, RoleName: string): Promise<void> {
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  for (const PolicyName of PolicyNames) await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
  await iam.send(new DeleteRoleCommand({ RoleName }));
}

async function deleteRouteTable({ ec2 }: Clients, RouteTableId: string): Promise<void> {
  const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand({ RouteTableIds: [RouteTableId] }));
  for (const { RouteTableAssociationId: AssociationId } of RouteTables[0]?.Associations ?? [])
    await unlessGone(ec2.send(new DisassociateRouteTableCommand({ AssociationId })));
  await ec2.send(new DeleteRouteTableCommand({ RouteTableId }));
}

async function deleteGateway({ ec2 }: Clients, InternetGatewayId: string): Promise<void> {
  const asked = new DescribeInternetGatewaysCommand({ InternetGatewayIds: [InternetGatewayId] });
  const { InternetGateways = [] } = await ec2.send(asked);
  for (const { VpcId } of InternetGateways[0]?.Attachments ?? [])
    await ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId, VpcId }));
  await ec2.send(new DeleteInternetGatewayCommand({ InternetGatewayId }));
}

async function unlessGone(asked: Promise<unknown>, ...alsoGone: readonly string[]): Promise<void> {
  try {
    await asked;
  } catch (error) {
    const name = error instanceof Error ? error.name : "";
    if (!/NotFound|NoSuchEntity/.test(name) && !alsoGone.includes(name)) throw error;
  }
}

/** Everything that exists at the fake, but for what every account has: to see that nothing was orphaned. Asks past faults and trace. */
import * as ec2 from "@aws-sdk/client-ec2";
import * as iam from "@aws-sdk/client-iam";

export interface Existing {
  /** `vpc`, `instance`, `security group rule`, … */
  readonly kind: string;
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface Census {
  /** Sorted by kind and id. Terminated instances are gone; associations count. */
  all(): Promise<Existing[]>;
  /** What is there now is what every account has. */
  begin(): Promise<void>;
  close(): void;
}

/** `region` and the endpoint of moto itself. */
export async function openCensus(endpoint: string, region: string): Promise<Census> {
  const settings = { endpoint, region, credentials: { accessKeyId: "test", secretAccessKey: "test" } };
  const clients = { ec2: new ec2.EC2Client(settings), iam: new iam.IAMClient(settings) };
  const everything = async () =>
    (await Promise.all([network(clients.ec2), machines(clients.ec2), identities(clients.iam)])).flat();
  const ids = async () => new Set((await everything()).map(({ id }) => id));
  let before = await ids();
  return {
    async begin() {
      before = await ids();
    },
    async all() {
      const found = (await everything()).filter(({ id }) => !before.has(id));
      return found.sort((a, b) => `${a.kind} ${a.id}`.localeCompare(`${b.kind} ${b.id}`));
    },
    close: () => {
      clients.ec2.destroy();
      clients.iam.destroy();
    },
  };
}

/** What a VPC brings with it goes with it and is not told. */
async function network(client: ec2.EC2Client): Promise<Existing[]> {
  const [vpcs, subnets, gateways, tables, groups, rules] = await Promise.all([
    client.send(new ec2.DescribeVpcsCommand({})),
    client.send(new ec2.DescribeSubnetsCommand({})),
    client.send(new ec2.DescribeInternetGatewaysCommand({})),
    client.send(new ec2.DescribeRouteTablesCommand({})),
    client.send(new ec2.DescribeSecurityGroupsCommand({})),
    client.send(new ec2.DescribeSecurityGroupRulesCommand({})),
  ]);
  const own = (groups.SecurityGroups ?? []).filter(({ GroupName }) => GroupName !== "default");
  const ownTables = (tables.RouteTables ?? []).filter(({ Associations }) => !Associations?.some(({ Main }) => Main));
  const associations = ownTables.flatMap(({ Associations }) => Associations ?? []);
  const ownRules = (rules.SecurityGroupRules ?? []).filter(({ GroupId }) => own.some((group) => group.GroupId === GroupId));
  return [
    ...(vpcs.Vpcs ?? []).map((it) => existing("vpc", it.VpcId, it.Tags)),
    ...(subnets.Subnets ?? []).map((it) => existing("subnet", it.SubnetId, it.Tags)),
    ...(gateways.InternetGateways ?? []).map((it) => existing("internet gateway", it.InternetGatewayId, it.Tags)),
    ...ownTables.map((it) => existing("route table", it.RouteTableId, it.Tags)),
    ...associations.map((it) => existing("route table association", it.RouteTableAssociationId, [])),
    ...own.map((it) => existing("security group", it.GroupId, it.Tags)),
    ...ownRules.map((it) => existing("security group rule", it.SecurityGroupRuleId, it.Tags)),
  ];
}

async function machines(client: ec2.EC2Client): Promise<Existing[]> {
  const [instances, volumes, snapshots, addresses] = await Promise.all([
    client.send(new ec2.DescribeInstancesCommand({})),
    client.send(new ec2.DescribeVolumesCommand({})),
    client.send(new ec2.DescribeSnapshotsCommand({ OwnerIds: ["self"] })),
    client.send(new ec2.DescribeAddressesCommand({})),
  ]);
  const all = (instances.Reservations ?? []).flatMap(({ Instances = [] }) => Instances);
  return [
    ...all.filter(({ State }) => State?.Name !== "terminated").map((it) => existing("instance", it.InstanceId, it.Tags)),
    ...(volumes.Volumes ?? []).map((it) => existing("volume", it.VolumeId, it.Tags)),
    ...(snapshots.Snapshots ?? []).map((it) => existing("snapshot", it.SnapshotId, it.Tags)),
    ...(addresses.Addresses ?? []).map((it) => existing("address", it.AllocationId, it.Tags)),
    ...(addresses.Addresses ?? []).flatMap((it) =>
      it.AssociationId ? [existing("address association", it.AssociationId, [])] : [],
    ),
  ];
}

async function identities(client: iam.IAMClient): Promise<Existing[]> {
  const { Roles = [] } = await client.send(new iam.ListRolesCommand({}));
  const { InstanceProfiles = [] } = await client.send(new iam.ListInstanceProfilesCommand({}));
  const roles = await Promise.all(
    Roles.map(async ({ RoleName }) => {
      const { PolicyNames = [] } = await client.send(new iam.ListRolePoliciesCommand({ RoleName }));
      const { Tags } = await client.send(new iam.ListRoleTagsCommand({ RoleName }));
      const role = existing("role", RoleName, Tags);
      return [role, ...PolicyNames.map((name) => existing("role policy", `${RoleName}:${name}`, []))];
    }),
  );
  return [...InstanceProfiles.map((it) => existing("instance profile", it.InstanceProfileName, it.Tags)), ...roles.flat()];
}

function existing(
  kind: string,
  id = "",
  tags: readonly { Key?: string | undefined; Value?: string | undefined }[] = [],
): Existing {
  return { kind, id, tags: Object.fromEntries(tags.map(({ Key = "", Value = "" }) => [Key, Value])) };
}

import {
  AllocateAddressCommand,
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateRouteTableCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVolumeCommand,
  CreateVpcCommand,
  DescribeAddressesCommand,
  DescribeInstancesCommand,
  DescribeInternetGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVolumesCommand,
  DescribeVpcsCommand,
  EC2Client,
  ModifyInstanceAttributeCommand,
  type ResourceType,
  RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  IAMClient,
  ListInstanceProfilesCommand,
  ListRolesCommand,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import type { SweepRule } from "../acceptance/sweep/belonging";
import { type Clients, findBelongings } from "../acceptance/sweep/find-belongings";
import { sweep } from "../acceptance/sweep/sweep";
import { type Moto, motoMissing, startMoto } from "../support/aws/moto/start-moto";
import { describeUnless } from "../support/describe-unless";

jest.setTimeout(120_000);

const now = new Date("2026-05-01T12:00:00Z");
const rule: SweepRule = { budget: "drayage-ci", run: "r2", maxAgeHours: 4, now };
const [tooOld, fresh] = ["2026-05-01T07:00:00Z", "2026-05-01T11:00:00Z"];

describeUnless(motoMissing)("a sweep", () => {
  let moto: Moto;
  let clients: Clients;
  const said: string[] = [];

  beforeAll(async () => {
    moto = await startMoto();
    const options = {
      region: "eu-central-1",
      endpoint: moto.endpoint,
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    };
    clients = { ec2: new EC2Client(options), iam: new IAMClient(options) };
    await makeHost(clients, "r1", tooOld);
    await makeHost(clients, "r2", fresh);
    await makeHost(clients, "r3", fresh);
    await makeHost(clients, "r4", tooOld, "somebody-else");
  });

  afterAll(() => moto?.stop());

  const run = (dryRun: boolean) => sweep(clients, { ...rule, prefix: "acceptance", dryRun, say: (line) => void said.push(line) });
  it("says first what it would take, and takes nothing", async () => {
    const before = await findBelongings(clients, "acceptance");
    const { remove, keep, failed } = await run(true);
    expect([remove.length, failed.length]).toEqual([20, 0]);
    expect(new Set(keep.map(({ reason }) => reason))).toEqual(new Set(["of a run that began 1.0 h ago"]));
    expect(said.filter((line) => line.startsWith("would remove"))).toHaveLength(20);
    expect(await findBelongings(clients, "acceptance")).toEqual(before);
  });

  it("takes all of its own run and of those too old, protected machines too, and nothing else", async () => {
    const all = Array(10).fill(1);
    for (const one of ["r1", "r2", "r3", "r4"]) expect(await whatExists(clients, one)).toEqual(all);
    expect((await run(false)).failed).toEqual([]);
    for (const one of ["r1", "r2"]) expect(await whatExists(clients, one)).toEqual(all.map(() => 0));
    for (const one of ["r3", "r4"]) expect(await whatExists(clients, one)).toEqual(all);
  });

  it("takes what is gone already, and is still told of for a while, for no failure", async () => {
    expect((await run(false)).failed).toEqual([]);
  });
});

/** One of each kind, hanging together as a host's do. */
async function makeHost({ ec2, iam }: Clients, run: string, started: string, budget = "drayage-ci"): Promise<void> {
  const Tags = Object.entries({
    "acceptance:budget": budget,
    "acceptance:run": run,
    "acceptance:started": started,
  }).map(([Key, Value]) => ({ Key, Value }));
  const tagged = (ResourceType: ResourceType) => ({ TagSpecifications: [{ ResourceType, Tags }] });
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16", ...tagged("vpc") }));
  const VpcId = Vpc?.VpcId ?? "";
  const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand(tagged("internet-gateway")));
  await ec2.send(new AttachInternetGatewayCommand({ VpcId, InternetGatewayId: InternetGateway?.InternetGatewayId }));
  const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: "10.0.0.0/24", ...tagged("subnet") }));
  const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId, ...tagged("route-table") }));
  const between = { RouteTableId: RouteTable?.RouteTableId, SubnetId: Subnet?.SubnetId };
  await ec2.send(new AssociateRouteTableCommand(between));
  const group = { GroupName: `acceptance-${run}`, Description: run, VpcId, ...tagged("security-group") };
  const { GroupId } = await ec2.send(new CreateSecurityGroupCommand(group));
  const name = `acceptance-${run}`;
  await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: "{}", Tags }));
  await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: "p", PolicyDocument: policy }));
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: name, Tags }));
  await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: name, RoleName: name }));
  const machine = {
    ImageId: "ami-0deb12a01d20a1001",
    InstanceType: "t3.small" as const,
    MinCount: 1,
    MaxCount: 1,
    SubnetId: Subnet?.SubnetId,
    SecurityGroupIds: [GroupId ?? ""],
    ...tagged("instance"),
  };
  const InstanceId = (await ec2.send(new RunInstancesCommand(machine))).Instances?.[0]?.InstanceId ?? "";
  await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId, DisableApiTermination: { Value: true } }));
  await ec2.send(new CreateVolumeCommand({ AvailabilityZone: "eu-central-1a", Size: 1, ...tagged("volume") }));
  await ec2.send(new AllocateAddressCommand({ Domain: "vpc", ...tagged("elastic-ip") }));
}

/** How many of each kind, asked of each kind by itself. */
async function whatExists({ ec2, iam }: Clients, run: string): Promise<number[]> {
  const Filters = [{ Name: "tag:acceptance:run", Values: [run] }];
  const running = { Name: "instance-state-name", Values: ["running"] };
  const machines = await ec2.send(new DescribeInstancesCommand({ Filters: [...Filters, running] }));
  return [
    machines.Reservations?.length,
    (await ec2.send(new DescribeVolumesCommand({ Filters }))).Volumes?.length,
    (await ec2.send(new DescribeAddressesCommand({ Filters }))).Addresses?.length,
    (await ec2.send(new DescribeSecurityGroupsCommand({ Filters }))).SecurityGroups?.length,
    (await ec2.send(new DescribeSubnetsCommand({ Filters }))).Subnets?.length,
    (await ec2.send(new DescribeRouteTablesCommand({ Filters }))).RouteTables?.length,
    (await ec2.send(new DescribeInternetGatewaysCommand({ Filters }))).InternetGateways?.length,
    (await ec2.send(new DescribeVpcsCommand({ Filters }))).Vpcs?.length,
    (await iam.send(new ListRolesCommand({}))).Roles?.filter(({ RoleName }) => RoleName?.endsWith(run)).length,
    (await iam.send(new ListInstanceProfilesCommand({}))).InstanceProfiles?.filter((it) => it.InstanceProfileName?.endsWith(run))
      .length,
  ].map((count) => count ?? 0);
}

const policy = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "ec2:DescribeVpcs", Resource: "*" }],
});

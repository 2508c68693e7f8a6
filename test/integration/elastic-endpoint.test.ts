/** An address that follows a workload under the real Pulumi, on moto: at whose network interface it is, and in which order it goes there. */
import { join, resolve } from "node:path";
import { DescribeAddressesCommand, DescribeInstancesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { motoMissing } from "../support/aws/moto/start-moto";
import { type Aws, startAws } from "../support/aws/start-aws";
import { type StubMachines, startStubMachines } from "../support/aws/stub-machines";
import { describeUnless } from "../support/describe-unless";
import { type InlineResult, makeEchoProject } from "../support/echo-project";

jest.setTimeout(120_000);

const root = resolve(__dirname, "../..");
const from = (file: string) => JSON.stringify(join(root, file));
const program = (host: "a" | "b" | "rack", endpoint = true) => `
import { Ec2Host, Ec2Network, ElasticEndpoint } from ${from("components/aws/index.ts")};
import { Host, Workload } from ${from("sdk/index.ts")};
const network = new Ec2Network("net");
const machine = (name: string) => new Ec2Host(name, {
  ...{ size: "t3.small", sshFrom: ["198.51.100.0/24"], ports: [80], network },
  authorizedKeys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 me@laptop"],
});
const [a, b, rack] = [machine("a"), machine("b"), new Host("rack", { address: "10.0.0.11" })];
const shop = new Workload("shop", { host: ${host}, services: { web: { image: "nginx:1", ports: ["80:80"] } } });
${endpoint ? 'new ElasticEndpoint("shop", { workload: shop, hosts: [a, b] });' : ""}
`;

describeUnless(motoMissing)("an ElasticEndpoint under Pulumi", () => {
  let aws: Aws;
  let machines: StubMachines;
  let project: ReturnType<typeof makeEchoProject>;
  let client: EC2Client;
  let address: string | undefined;

  beforeAll(async () => {
    [aws, machines] = await Promise.all([startAws(), startStubMachines()]);
    const { endpoint, region } = aws;
    client = new EC2Client({ endpoint, region, credentials: { accessKeyId: "t", secretAccessKey: "t" } });
    project = makeEchoProject(program("a", false), aws.env, machines.port);
    project.write("Pulumi.dev.yaml", "config:\n  dray:stackUid: uid\n");
    await run("up", program("a", false));
  });
  afterAll(async () => {
    project?.remove();
    client?.destroy();
    await Promise.all([aws?.stop(), machines?.stop()]);
  });

  const run = async (action: "preview" | "up", text: string): Promise<InlineResult> => {
    project.write("index.ts", text);
    const ended = await project.inline(action);
    if (ended.exitCode !== 0) throw new Error(JSON.stringify(ended.diagnostics));
    return ended;
  };
  const told = ({ diagnostics }: InlineResult) => diagnostics.map(({ text }) => text).join("\n");
  /** Name of the machine at which the service's address is, and whether it is at the second of its private addresses. */
  const place = async () => {
    const { Addresses = [] } = await client.send(new DescribeAddressesCommand({}));
    const own = Addresses.find(({ Tags = [] }) => Tags.some(({ Key, Value }) => Key === "Name" && Value === "shop-address"));
    address ??= own?.PublicIp;
    expect(own?.PublicIp).toBe(address);
    const { Reservations = [] } = await client.send(new DescribeInstancesCommand({}));
    const instance = Reservations.flatMap(({ Instances = [] }) => Instances).find(({ NetworkInterfaces = [] }) =>
      NetworkInterfaces.some(({ NetworkInterfaceId }) => NetworkInterfaceId === own?.NetworkInterfaceId),
    );
    const second = instance?.NetworkInterfaces?.[0]?.PrivateIpAddresses?.find(({ Primary }) => !Primary)?.PrivateIpAddress;
    expect(second).toBeDefined();
    expect(own?.PrivateIpAddress).toBe(second);
    return instance?.Tags?.find(({ Key }) => Key === "Name")?.Value;
  };
  const associations = () =>
    aws
      .trace()
      .map(({ operation }) => operation)
      .filter((it) => /ssociateAddress/.test(it));

  it("is made at the second address of the machine where the workload lives, and then unchanged", async () => {
    expect((await run("up", program("a"))).summary?.changes).toMatchObject({ create: 3 });
    expect(await place()).toBe("a-instance");
    expect((await run("up", program("a"))).summary?.changes).toEqual({ same: expect.any(Number) });
  });

  it("follows in the up that moves the workload: taken over in one call, nothing else replaced", async () => {
    const preview = await run("preview", program("b"));
    expect(preview.summary?.changes).toMatchObject({ replace: 1, update: 1 });
    const before = associations().length;
    expect((await run("up", program("b"))).summary?.changes).toMatchObject({ replace: 1, update: 1 });
    expect(await place()).toBe("b-instance");
    expect(associations()[before]).toBe("AssociateAddress");
    expect((await run("up", program("b"))).summary?.changes).toEqual({ same: expect.any(Number) });
  });

  it("stays at the host that forwards when the workload leaves Amazon, and says so", async () => {
    const ended = await run("up", program("rack"));
    expect(ended.summary?.changes).toMatchObject({ update: 1 });
    expect(ended.summary?.changes).not.toHaveProperty("delete");
    expect(told(ended)).toContain("its address stays at b, which forwards to rack");
    expect(await place()).toBe("b-instance");
  });
});

import * as pulumi from "@pulumi/pulumi";
import { Workload } from "drayage";
import { Ec2DataVolume, Ec2Firewall, Ec2Host, type Ec2HostArgs, Ec2Identity, Ec2Network } from "drayage/aws";
import { type AwsMocks, mockAws, settled } from "../../support/aws-mocks";

const sshFrom = ["198.51.100.0/24"];
const authorizedKeys = ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 me@laptop"];
const small: Ec2HostArgs = { size: "t3.small", sshFrom, authorizedKeys };
const known = <T>(output: pulumi.Output<T>): Promise<T> => new Promise((resolve) => output.apply(resolve));
const typesOf = ({ registered }: AwsMocks) => registered.map(({ type }) => type).filter((type) => type.startsWith("aws:"));
/** What the mistakes' teller was given. */
const problemsOf = ({ registered }: AwsMocks) =>
  (
    (registered.find(({ inputs }) => inputs.problems !== undefined)?.inputs.problems ?? []) as { path: string; reason: string }[]
  ).map(({ path, reason }) => `${path}: ${reason}`);

describe("an Ec2Host of size and sshFrom", () => {
  let aws: AwsMocks;
  let cloud: Ec2Host;
  beforeAll(async () => {
    aws = mockAws();
    cloud = new Ec2Host("cloud", small);
    await settled(aws);
  });

  it("is made of these children, each under its name", () => {
    const names = aws.registered
      .filter(({ type }) => type.startsWith("aws:"))
      .map(({ type, name }) => `${type.slice(4)} ${name}`);
    expect(names.sort()).toEqual(
      [
        "ec2/vpc:Vpc cloud-vpc",
        "ec2/internetGateway:InternetGateway cloud-gateway",
        "ec2/subnet:Subnet cloud-subnet",
        "ec2/routeTable:RouteTable cloud-routes",
        "ec2/route:Route cloud-route",
        "ec2/routeTableAssociation:RouteTableAssociation cloud-subnet-routes",
        "ec2/securityGroup:SecurityGroup cloud-firewall",
        "vpc/securityGroupIngressRule:SecurityGroupIngressRule cloud-in-22-198-51-100-0-24",
        "vpc/securityGroupIngressRule:SecurityGroupIngressRule cloud-in-80-0-0-0-0-0",
        "vpc/securityGroupIngressRule:SecurityGroupIngressRule cloud-in-443-0-0-0-0-0",
        "vpc/securityGroupEgressRule:SecurityGroupEgressRule cloud-out-all-ipv4",
        "vpc/securityGroupEgressRule:SecurityGroupEgressRule cloud-out-all-ipv6",
        "iam/role:Role cloud-role",
        "iam/instanceProfile:InstanceProfile cloud-profile",
        "ec2/instance:Instance cloud-instance",
        "ebs/volume:Volume cloud-data",
        "ec2/volumeAttachment:VolumeAttachment cloud-data-attachment",
        "ec2/eip:Eip cloud-address",
        "ec2/eipAssociation:EipAssociation cloud-address-association",
      ].sort(),
    );
  });

  it("lets ssh in from there only, and what workloads publish from everywhere", () => {
    const rules = aws.of("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule").map(({ inputs }) => inputs);
    expect(rules.map(({ fromPort, toPort, ipProtocol, cidrIpv4 }) => [fromPort, toPort, ipProtocol, cidrIpv4])).toEqual([
      [22, 22, "tcp", "198.51.100.0/24"],
      [80, 80, "tcp", "0.0.0.0/0"],
      [443, 443, "tcp", "0.0.0.0/0"],
    ]);
    expect(aws.of("drayage:index:Host")[0]?.inputs.openPorts).toEqual(["80", "443"]);
    expect(rules.every(({ securityGroupId }) => securityGroupId === "cloud-firewall-id")).toBe(true);
  });

  it("keeps its role from containers, its metadata from who shows no token, and its disks encrypted", () => {
    expect(aws.named("cloud-instance")).toMatchObject({
      instanceType: "t3.small",
      ami: "ami-0123456789abcdef0",
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
      rootBlockDevice: { encrypted: true, volumeSize: 12, volumeType: "gp3" },
      disableApiTermination: true,
    });
    expect(aws.named("cloud-data")).toMatchObject({ encrypted: true, finalSnapshot: true, size: 20, type: "gp3" });
    expect(aws.of("aws:iam/rolePolicy:RolePolicy")).toEqual([]);
    expect(JSON.parse(String(aws.named("cloud-role").assumeRolePolicy)).Statement[0].Principal).toEqual({
      Service: "ec2.amazonaws.com",
    });
  });

  it("has a second private address in its subnet for a service, and ssh's address on the first", async () => {
    const [second] = aws.named("cloud-instance").secondaryPrivateIps as string[];
    expect(second).toMatch(/^10\.215\.0\.(12[89]|1[3-9]\d|2[0-4]\d|25[0-4])$/);
    expect(await known(cloud.endpointAddress)).toBe(second);
    expect(await known(cloud.networkInterfaceId)).toBe("eni-1");
    expect(aws.named("cloud-address-association")).toEqual({ instanceId: "cloud-instance-id", allocationId: "cloud-address-id" });
  });

  it("carries the tags by which all of it is found", () => {
    const tagged = aws.registered.filter(({ inputs }) => inputs.tags !== undefined);
    expect(tagged).toHaveLength(15);
    for (const { name, inputs } of tagged)
      expect(inputs.tags).toEqual({
        Name: name,
        "drayage:project": "shop",
        "drayage:stack": "dev",
        "drayage:host": "cloud",
      });
  });

  it("is met at its Elastic IP by its own HostKey, and made a host with the data disk by its volume's name", () => {
    const [host] = aws.of("drayage:index:Host");
    expect(host?.inputs).toMatchObject({
      address: "203.0.113.7",
      user: "deploy",
      injected: "ecdsa-sha2-nistp256 AAAA",
      prepare: { dataDisk: { device: "/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0123456789abcdef0" } },
      storage: { outlivesMachine: true },
      endpoint: { kind: "floating" },
      arch: "amd64",
    });
  });

  it("gives workloads an architecture before the machine exists", () => {
    expect(cloud.ref.traits).toMatchObject({ arch: "amd64", storage: { outlivesMachine: true } });
    expect(cloud.ref.name).toBe("cloud");
  });

  it("asks for Debian's newest image of the size's architecture, once", () => {
    expect(aws.asked.filter(({ token }) => token.endsWith("getAmi"))).toEqual([
      {
        token: "aws:ec2/getAmi:getAmi",
        inputs: expect.objectContaining({
          owners: ["136693071363"],
          mostRecent: true,
          filters: [
            { name: "name", values: ["debian-12-amd64-*"] },
            { name: "architecture", values: ["x86_64"] },
          ],
        }),
      },
    ]);
  });
});

describe("a transform", () => {
  it("adjusts arguments and options of its child before it is registered", async () => {
    const aws = mockAws();
    const seen: pulumi.CustomResourceOptions[] = [];
    const transform: Ec2HostArgs["transform"] = {
      instance: (args, options, name) => {
        seen.push(options);
        Object.assign(args, { monitoring: true });
        args.tags = { ...args.tags, Seen: name };
      },
      host: (args) => {
        args.privateAddress = "10.215.0.10";
      },
    };
    new Ec2Host("cloud", { ...small, transform });
    await settled(aws);
    expect(aws.named("cloud-instance")).toMatchObject({
      monitoring: true,
      tags: { Seen: "cloud-instance", Name: "cloud-instance" },
    });
    expect(aws.of("drayage:index:Host")[0]?.inputs.privateAddress).toBe("10.215.0.10");
    expect(seen[0]).toMatchObject({ protect: true, ignoreChanges: ["ami", "userData"] });
  });
});

describe("what a program may choose", () => {
  it("is a subnet that is there, whose network, zone and range are looked up", async () => {
    const aws = mockAws();
    new Ec2Host("cloud", { ...small, subnetId: pulumi.output("subnet-0123456789abcdef0") });
    await settled(aws);
    expect(typesOf(aws)).not.toContain("aws:ec2/vpc:Vpc");
    expect(aws.named("cloud-firewall").vpcId).toBe("vpc-given");
    expect(aws.named("cloud-data").availabilityZone).toBe("eu-central-1c");
    expect(aws.named("cloud-instance")).toMatchObject({
      subnetId: "subnet-0123456789abcdef0",
      secondaryPrivateIps: [expect.stringMatching(/^10\.9\.0\./)],
    });
  });

  it("is a network, a role and a disk that the program has made of their own classes", async () => {
    const aws = mockAws();
    const network = new Ec2Network("shared", { cidr: "10.220.0.0/20" });
    const identity = new Ec2Identity("puller", {
      permissions: [{ actions: ["ecr:BatchGetImage"], resources: ["arn:aws:ecr:x"] }],
    });
    const dataDisk = new Ec2DataVolume("kept", { availabilityZone: network.availabilityZone, size: 8, filesystem: "xfs" });
    new Ec2Host("one", { ...small, network, identity, dataDisk });
    new Ec2Host("two", { ...small, network, ports: [443, { port: 5000, to: 5010, protocol: "udp", from: ["10.0.0.0/8"] }] });
    await settled(aws);
    expect(aws.of("aws:ec2/vpc:Vpc").map(({ name }) => name)).toEqual(["shared-vpc"]);
    expect(aws.named("shared-subnet").cidrBlock).toBe("10.220.0.0/24");
    expect(aws.of("aws:ebs/volume:Volume").map(({ name }) => name)).toEqual(["kept-data", "two-data"]);
    expect(JSON.parse(String(aws.named("puller-policy").policy)).Statement).toEqual([
      { Effect: "Allow", Action: ["ecr:BatchGetImage"], Resource: ["arn:aws:ecr:x"] },
    ]);
    expect(aws.named("one-instance").iamInstanceProfile).toBe("puller-profile-name");
    const [a, b] = ["one", "two"].map((name) => (aws.named(`${name}-instance`).secondaryPrivateIps as string[])[0]);
    expect(a).not.toBe(b);
    const [one, two] = aws.of("drayage:index:Host").map(({ inputs }) => inputs);
    expect(one?.prepare).toMatchObject({ dataDisk: { filesystem: "xfs" } });
    expect(two?.openPorts).toEqual(["443", "5000-5010/udp"]);
  });

  it("is a name in Route 53 for the machine's address", async () => {
    const aws = mockAws();
    new Ec2Host("cloud", { ...small, dns: { zoneId: "Z0123", name: "cloud.example.com" } });
    await settled(aws);
    expect(aws.named("cloud-record")).toEqual({
      zoneId: "Z0123",
      name: "cloud.example.com",
      type: "A",
      ttl: 60,
      records: ["203.0.113.7"],
    });
  });
});

describe("a program with mistakes", () => {
  it("tells them all by their paths, and registers and asks nothing of Amazon", async () => {
    const aws = mockAws();
    new Ec2Host("cloud", {
      size: "t2.micro",
      sshFrom: ["198.51.100.7/24", "0.0.0.0/0", "::/0"],
      hopLimit: 99,
      dataDisk: { type: "gp9", size: 0 } as never,
      image: { arch: "arm64" },
      authorizedKeys: Array.from({ length: 400 }, () => authorizedKeys[0] ?? ""),
    });
    new Ec2Host("bare", { size: "m7g.large", authorizedKeys } as never);
    const shop = new Workload("shop", { host: new Ec2Host("third", small), services: { web: { image: "" } } });
    expect(shop).toBeDefined();
    await settled(aws);
    expect(typesOf(aws)).toEqual([]);
    expect(aws.asked).toEqual([]);
    expect(problemsOf(aws)).toEqual([
      expect.stringMatching(/^cloud: size: 't2\.micro' is of a Xen generation.*write 't3\.micro'/),
      expect.stringMatching(/^cloud: sshFrom\[0\]: expected a range/),
      expect.stringMatching(/^cloud: dataDisk\.size: expected a whole number from 1/),
      expect.stringMatching(/^cloud: dataDisk\.type: expected 'gp3' or .*got "gp9"/),
      expect.stringMatching(/^cloud: hopLimit: expected a whole number from 1 to 64, got 99/),
      expect.stringMatching(/^cloud: sshFrom\[1\]: '0\.0\.0\.0\/0' is the whole world/),
      expect.stringMatching(/^cloud: sshFrom\[2\]: '::\/0' is the whole world/),
      expect.stringMatching(/^cloud: authorizedKeys: makes user data of \d+ bytes/),
      expect.stringMatching(/^bare: sshFrom: is missing/),
      expect.stringMatching(/^shop: services\.web\.image/),
    ]);
  });

  it("tells what a transform makes of a machine that Amazon would refuse", async () => {
    const aws = mockAws();
    const instance: NonNullable<Ec2HostArgs["transform"]>["instance"] = (args) => {
      Object.assign(args, { userData: "x".repeat(16_385), metadataOptions: { httpPutResponseHopLimit: 99 } });
    };
    new Ec2Host("cloud", { ...small, transform: { instance } });
    await settled(aws);
    expect([...typesOf(aws), ...aws.asked]).toEqual([]);
    expect(problemsOf(aws)).toEqual([
      "cloud: transform.instance: makes userData of 16385 bytes; Amazon takes 16384 at most",
      "cloud: transform.instance: makes a hop limit of 99; expected a whole number from 1 to 64",
    ]);
  });

  it("keeps sub-pieces that stand alone from being registered, too", async () => {
    const aws = mockAws();
    const network = new Ec2Network("net", { cidr: "10.213.0.0/16" });
    new Ec2Firewall("wall", { vpcId: network.vpcId, sshFrom: ["::/0"], ports: [22] });
    new Ec2Identity("who", { permissions: [{ actions: ["all"], resources: [] }] });
    new Ec2DataVolume("disk", { availabilityZone: "here", type: "io2" });
    await settled(aws);
    expect(typesOf(aws)).toEqual([]);
    expect(aws.of("drayage:index:Mistakes")).toHaveLength(1);
    expect(problemsOf(aws).map((line) => line.split(": ").slice(0, 2).join(": "))).toEqual([
      "net: cidr",
      "wall: sshFrom[0]",
      "wall: ports[0]",
      "who: permissions[0].actions[0]",
      "who: permissions[0].actions",
      "who: permissions[0].resources",
      "disk: availabilityZone",
      "disk: iops",
    ]);
  });

  it("registers no teller of mistakes where there are none", async () => {
    const aws = mockAws();
    new Ec2Network("net");
    await settled(aws);
    expect(aws.of("drayage:index:Mistakes")).toEqual([]);
    expect(typesOf(aws)).toHaveLength(6);
  });

  it("is told that an image or size is not there by the image, before anything is made", async () => {
    const aws = mockAws({ image: { id: "ami-1", architecture: "arm64" } });
    new Ec2Host("cloud", { ...small, image: { id: "ami-0123456789abcdef0" } });
    await settled(aws);
    expect(typesOf(aws)).toEqual([]);
    expect(aws.of("drayage:index:MachineImage")[0]?.inputs.found).toEqual({
      problem: { path: "image.id", reason: "'ami-0123456789abcdef0' is arm64, and t3.small is amd64" },
    });
  });

  it("is told that a lookup fails in the same way: a machine that exists needs none", async () => {
    const aws = mockAws({ size: new Error("no such type") });
    new Ec2Host("cloud", small);
    await settled(aws);
    expect(aws.of("drayage:index:MachineImage")[0]?.inputs.found).toEqual({
      problem: { path: "size", reason: expect.stringContaining("no such type") },
    });
  });
});

describe("a host that is retired", () => {
  it("is made without protection in the first step, and marked when all of it was", async () => {
    const aws = mockAws();
    const options: pulumi.CustomResourceOptions[] = [];
    new Ec2Host("cloud", { ...small, retired: true, transform: { instance: (_, given) => void options.push(given) } });
    await settled(aws);
    expect(aws.named("cloud-instance").disableApiTermination).toBe(false);
    expect(options[0]?.protect).toBe(false);
    const steps = aws.of("drayage:index:Retirement").map(({ name, inputs }) => [name, inputs.step]);
    expect(steps).toEqual([
      ["cloud", "leave"],
      ["cloud-retired-1", "mark"],
    ]);
    const order = aws.registered.map(({ type, name }) => (type.startsWith("aws:") || type.endsWith(":Host") ? "part" : name));
    expect(order.lastIndexOf("cloud-retired-1")).toBeGreaterThan(order.lastIndexOf("part"));
  });

  it("is not made any more when an earlier run came to its mark", async () => {
    const aws = mockAws({ stages: { cloud: "again", "cloud-retired-1": "done" } });
    const cloud = new Ec2Host("cloud", { ...small, retired: true });
    await settled(aws);
    expect(typesOf(aws)).toEqual([]);
    expect(aws.of("drayage:index:HostKey")).toEqual([]);
    expect(await known(cloud.address)).toBe("");
  });

  it("takes the first step again when the earlier run did not come to its mark", async () => {
    const aws = mockAws({ stages: { cloud: "again" } });
    new Ec2Host("cloud", { ...small, retired: true });
    await settled(aws);
    const steps = aws.of("drayage:index:Retirement").map(({ name, inputs }) => [name, inputs.step]);
    expect(steps).toEqual([
      ["cloud", "leave"],
      ["cloud-retired-1", "look"],
      ["cloud-retired-2", "mark"],
    ]);
    expect(aws.named("cloud-instance").disableApiTermination).toBe(false);
  });

  it("takes no workload", async () => {
    const aws = mockAws();
    const host = new Ec2Host("cloud", { ...small, retired: true });
    new Workload("shop", { host, services: { web: { image: "nginx:1" } } });
    await settled(aws);
    expect(typesOf(aws)).toEqual([]);
    expect(problemsOf(aws)).toEqual(["shop: host: cloud is retired: name another host"]);
  });
});

function typedArguments(): void {
  new Ec2Host("cloud", { size: "t3.small", sshFrom: ["198.51.100.0/24"] });
  // @ts-expect-error sshFrom is required
  new Ec2Host("cloud", { size: "t3.small" });
  // @ts-expect-error size is required
  new Ec2Host("cloud", { sshFrom: ["198.51.100.0/24"] });
  // @ts-expect-error unknown keys are refused
  new Ec2Host("cloud", { size: "t3.small", sshFrom: ["198.51.100.0/24"], keyName: "mine" });
}

describe("the Ec2Host's types", () => {
  it("are judged by the compiler", () => expect(typedArguments).toBeInstanceOf(Function));
});

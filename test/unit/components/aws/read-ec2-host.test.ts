import { judgeImage } from "../../../../components/aws/judge-image";
import { queryOf } from "../../../../components/aws/machine-systems";
import { readDataVolume } from "../../../../components/aws/read-disk";
import { readEc2Host } from "../../../../components/aws/read-ec2-host";
import { readNetwork } from "../../../../components/aws/read-network";
import { UNKNOWN } from "../../../../sdk/spec/unknown";

const keys = ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 me@laptop"];
const right = { size: "t3.small", sshFrom: ["198.51.100.0/24"] };
const problems = (input: unknown, found: Parameters<typeof readEc2Host>[1] = keys): string[] => {
  const read = readEc2Host(input, found);
  return "problems" in read ? read.problems.map(({ path, reason }) => `${path}: ${reason}`) : [];
};
const wrong = (more: object): string[] => problems({ ...right, ...more });

describe("arguments of an Ec2Host", () => {
  it("are size and sshFrom; the rest has defaults", () => {
    expect(readEc2Host(right, keys)).toEqual({
      spec: {
        size: "t3.small",
        arch: "amd64",
        sshFrom: ["198.51.100.0/24"],
        ports: [
          { port: 80, to: 80, protocol: "tcp", from: ["0.0.0.0/0"] },
          { port: 443, to: 443, protocol: "tcp", from: ["0.0.0.0/0"] },
        ],
        hopLimit: 1,
        user: "deploy",
        retired: false,
        image: { os: "debian-12" },
        rootDisk: { size: 12, type: "gp3" },
        dataDisk: { size: 20, type: "gp3" },
      },
    });
  });

  it.each([
    ["nothing at all", undefined, ["expected an object, got nothing", "size", "sshFrom"]],
    ["no size", { sshFrom: right.sshFrom }, ["size: is missing"]],
    ["no sshFrom", { size: "t3.small" }, ["sshFrom: is missing: name the addresses"]],
    ["an empty sshFrom", { ...right, sshFrom: [] }, ["sshFrom: is empty"]],
    ["a misspelt word", { ...right, hoplimit: 2 }, ["hoplimit: unknown key 'hoplimit'"]],
    [
      "Terraform's word",
      { ...right, instanceType: "t3.small" },
      ["instanceType: unknown key 'instanceType'; write it as 'size'"],
    ],
  ])("with %s are refused", (_, input, starts) => {
    const found = problems(input);
    expect(found.length).toBeGreaterThan(0);
    if (input !== undefined) for (const [index, start] of starts.entries()) expect(found[index]).toContain(start);
  });

  it.each([
    [{ sshFrom: ["0.0.0.0/0"] }, "sshFrom[0]: '0.0.0.0/0' is the whole world"],
    [{ sshFrom: ["10.0.0.0/8", "::/0"] }, "sshFrom[1]: '::/0' is the whole world"],
    [{ sshFrom: ["10.0.0.1/8"] }, "sshFrom[0]: expected a range"],
    [{ ports: [22] }, "ports[0]: opens port 22"],
    [{ ports: [{ port: 1, to: 1024 }] }, "ports[0]: opens port 22"],
    [{ ports: [80, { port: 9000, to: 8000 }] }, "ports[1].to: is before 'port'"],
    [{ ports: [0] }, "ports[0]: expected a whole number from 1 to 65535"],
    [{ ports: [{ port: 80, from: ["all"] }] }, "ports[0].from[0]: expected a range"],
    [{ hopLimit: 0 }, "hopLimit: expected a whole number from 1 to 64, got 0"],
    [{ hopLimit: 65 }, "hopLimit: expected a whole number from 1 to 64, got 65"],
    [{ image: { arch: "arm64" } }, "image.arch: is arm64, and t3.small is amd64"],
    [{ image: { os: "debian-12", id: "ami-0123456789abcdef0" } }, "image.id: is another way than 'os'"],
    [{ image: { os: "windows" } }, "image.os: expected 'debian-12' or"],
    [{ rootDisk: { type: "st1" } }, "rootDisk.type: 'st1' cannot boot"],
    [{ dataDisk: { type: "gp9" } }, "dataDisk.type: expected 'gp3' or"],
    [{ dataDisk: { volumeId: "disk-1" } }, "dataDisk.volumeId: expected a volume's id such as 'vol-0abc…'"],
    [{ dataDisk: { volumeId: "vol-0123456789abcdef0", size: 8 } }, "dataDisk.size: unknown key 'size'; it has one"],
    [{ dataDisk: { encrypted: false } }, "dataDisk.encrypted: unknown key 'encrypted'; it always is"],
    [{ subnetId: "subnet-0123456789abcdef0", network: { urn: UNKNOWN } }, "network: is another way than 'subnetId'"],
    [{ network: {} }, "network: expected what the program has made of its class"],
    [{ network: { urn: UNKNOWN }, availabilityZone: "eu-central-1a" }, "availabilityZone: is decided by the subnet"],
    [{ identity: { urn: UNKNOWN }, permissions: [] }, "permissions: belong to the Ec2Identity"],
    [{ permissions: [{ actions: ["*"], resources: ["*"] }] }, "permissions[0].actions[0]: expected an action"],
    [{ tags: { "aws:mine": "x" } }, 'tags["aws:mine"]: is reserved'],
    [{ prepare: { dataDisk: { device: "/dev/sdb" } } }, "prepare.dataDisk: is filled in by the host's own 'dataDisk'"],
    [{ prepare: { daemon: { hosts: [] } } }, "prepare.daemon.hosts: does not belong here"],
    [{ dns: { name: "cloud" } }, "dns.zoneId: is missing"],
    [{ user: "root" }, "user: must not be root"],
    [{ authorizedKeys: ["-----BEGIN OPENSSH PRIVATE KEY-----"] }, "authorizedKeys[0]: expected a public key"],
    [{ authorizedKeys: Array.from({ length: 400 }, () => keys[0]) }, "authorizedKeys: makes user data of"],
    [{ endpointAddress: "10.9.0.4" }, "endpointAddress: is not in the host's own subnet, 10.215.0.0/24"],
    [{ endpointAddress: "10.215.0.256" }, "endpointAddress: expected a private IPv4 address"],
    [{ retired: "yes" }, "retired: expected true, false or 'unseen'"],
  ])("%j are refused by the path", (more, start) => {
    const found = wrong(more);
    expect(found.filter((line) => line.startsWith(start))).toHaveLength(1);
  });

  it("shows no private key that was given for a public one", () => {
    expect(wrong({ authorizedKeys: ["-----BEGIN OPENSSH PRIVATE KEY-----"] }).join()).not.toContain("BEGIN");
  });

  it("may open ssh to the world when the program says so", () => {
    expect(wrong({ sshFrom: ["0.0.0.0/0", "::/0"], allowWorldSsh: true })).toEqual([]);
    expect(wrong({ endpointAddress: "10.215.0.200" })).toEqual([]);
    expect(wrong({ endpointAddress: "10.9.0.4", subnetId: "subnet-0123456789abcdef0" })).toEqual([]);
  });

  it("are not refused for what comes later", () => {
    const later = { subnetId: UNKNOWN, kmsKeyId: UNKNOWN, dns: { zoneId: UNKNOWN, name: "a.example.com" }, tags: { a: UNKNOWN } };
    expect(wrong({ ...later, authorizedKeys: [UNKNOWN] })).toEqual([]);
  });

  it("without any key are refused, but not of a host on its way out", () => {
    const none = { path: "authorizedKeys", reason: "is missing" };
    expect(problems(right, none)).toEqual(["authorizedKeys: is missing"]);
    for (const retired of [true, "unseen"]) expect(problems({ ...right, retired }, none)).toEqual([]);
  });
});

describe("a volume", () => {
  const of = (disk: object): string[] =>
    readDataVolume({ availabilityZone: "eu-central-1a", ...disk }).problems.map(({ path, reason }) => `${path}: ${reason}`);

  it.each([
    [{}],
    [{ size: 100, iops: 16_000, throughput: 1000 }],
    [{ type: "io2", size: 100, iops: 100_000 }],
    [{ type: "st1", size: 125 }],
    [{ snapshotId: "snap-0123456789abcdef0" }],
    [{ snapshotId: UNKNOWN, availabilityZone: UNKNOWN, protected: false }],
  ])("may be %j", (disk) => expect(of(disk)).toEqual([]));

  it.each([
    [{ type: "gp2", iops: 3000 }, "iops: does not go with 'gp2'"],
    [{ type: "gp2", throughput: 200 }, "throughput: does not go with 'gp2'"],
    [{ type: "io1", size: 100 }, "iops: is missing: 'io1' needs it"],
    [{ type: "io1", size: 10, iops: 1000 }, "iops: expected at most 50 for each GiB of 'io1', 500, got 1000"],
    [{ size: 20, iops: 90_000 }, "iops: expected 3000 to 80000"],
    [{ size: 20, iops: 12_000 }, "iops: expected at most 500 for each GiB"],
    [{ throughput: 1000 }, "throughput: expected at most a quarter of iops (750)"],
    [{ type: "st1" }, "size: expected 125 to 16384 GiB for 'st1', got 20"],
    [{ size: 100_000 }, "size: expected 1 to 65536 GiB"],
    [{ availabilityZone: "here" }, "availabilityZone: expected a zone"],
  ])("may not be %j", (disk, start) => expect(of(disk).some((line) => line.startsWith(start))).toBe(true));
});

describe("a network", () => {
  it.each([
    [{}, "10.215.0.0/16", "10.215.0.0/24"],
    [{ cidr: "10.9.8.0/26" }, "10.9.8.0/26", "10.9.8.0/26"],
  ])("of %j has its subnet", (input, cidr, subnetCidr) =>
    expect(readNetwork(input)).toEqual({ spec: { cidr, subnetCidr }, problems: [] }),
  );

  it.each([
    ["10.214.0.0/16", "overlaps with 10.214.0.0/16"],
    ["10.208.0.0/16", undefined],
    ["10.0.0.0/8", "expected a range of /16 to /26"],
    ["10.0.0.0/28", "expected a range of /16 to /26"],
    ["10.0.0.1/16", "expected an IPv4 range"],
    ["2001:db8::/32", "expected an IPv4 range"],
  ])("at %s: %s", (cidr, reason) => {
    const [problem] = readNetwork({ cidr }).problems;
    if (reason === undefined) expect(problem).toBeUndefined();
    else expect(problem?.reason).toContain(reason);
  });
});

describe("an image", () => {
  const wish = { size: "m7g.large", arch: "arm64", image: { os: "debian-12" } } as const;
  const nitro = { supportedArchitectures: ["arm64"], hypervisor: "nitro" };
  const found = { id: "ami-1", architecture: "arm64" };

  it.each([
    ["debian-13", "arm64", "136693071363", "debian-13-arm64-*"],
    ["ubuntu-24.04", "amd64", "099720109477", "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-*"],
    ["amazon-linux-2023", "amd64", "amazon", "al2023-ami-2023.*-kernel-*-x86_64"],
  ] as const)("of %s for %s is %s's", (os, arch, owner, name) => {
    expect(queryOf({ os }, arch)).toMatchObject({ owners: [owner], filters: [{ values: [name] }, {}] });
  });

  it("that is named is found also when its owner advises against it", () => {
    expect(queryOf({ id: "ami-1" }, "amd64")).toEqual({
      filters: [{ name: "image-id", values: ["ami-1"] }],
      includeDeprecated: true,
    });
  });

  it("of the size's architecture is taken", () => expect(judgeImage(wish, nitro, found)).toEqual({ imageId: "ami-1" }));

  it.each([
    [{ error: "no such type" }, found, "size: 'm7g.large' is not known to Amazon in this region: no such type"],
    [{ ...nitro, hypervisor: "xen" }, found, "size: 'm7g.large' is of a Xen generation"],
    [{ ...nitro, supportedArchitectures: ["x86_64"] }, found, "size: 'm7g.large' is amd64, not arm64 as its name says"],
    [nitro, { error: "no results" }, "image.os: no image 'debian-12' for arm64 in this region: no results"],
    [nitro, { ...found, architecture: "x86_64" }, "image.os: 'debian-12' is amd64, and m7g.large is arm64"],
  ])("is not, where %j and %j are the answers", (size, image, start) => {
    const judged = judgeImage(wish, size, image);
    const { problem } = judged as { problem: { path: string; reason: string } };
    expect(`${problem.path}: ${problem.reason}`).toContain(start);
  });
});

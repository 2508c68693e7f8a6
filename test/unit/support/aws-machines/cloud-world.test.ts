import { cloudWorld, type Described } from "../../../support/aws-machines/cloud-world";

const rule = (more: Partial<Described["rules"][number]>): Described["rules"][number] => ({
  SecurityGroupRuleId: "sgr-1",
  GroupId: "sg-1",
  IsEgress: false,
  IpProtocol: "tcp",
  FromPort: 22,
  ToPort: 22,
  CidrIpv4: "127.0.0.0/8",
  ...more,
});
const gateway = { DestinationCidrBlock: "0.0.0.0/0", GatewayId: "igw-1" };

const described = (more: Partial<Described> = {}): Described => ({
  instances: [
    {
      InstanceId: "i-1",
      State: { Name: "running" },
      RootDeviceName: "/dev/xvda",
      NetworkInterfaces: [{ NetworkInterfaceId: "eni-1", SubnetId: "subnet-1", VpcId: "vpc-1", Groups: [{ GroupId: "sg-1" }] }],
    },
  ],
  volumes: [
    { VolumeId: "vol-root", Size: 8, Attachments: [{ InstanceId: "i-1", Device: "/dev/xvda" }] },
    { VolumeId: "vol-data", Size: 3, Attachments: [{ InstanceId: "i-1", Device: "/dev/sdf" }] },
    { VolumeId: "vol-free", Size: 1, SnapshotId: "snap-1", Attachments: [] },
  ],
  snapshots: [{ SnapshotId: "snap-1", VolumeId: "vol-data" }],
  addresses: [{ PublicIp: "127.4.5.6", NetworkInterfaceId: "eni-1" }, { PublicIp: "127.4.5.7" }],
  rules: [rule({})],
  routeTables: [{ VpcId: "vpc-1", Associations: [{ SubnetId: "subnet-1" }], Routes: [gateway] }],
  ...more,
});
const reached = (more: Partial<Described>) => cloudWorld(described(more)).addresses[0];

describe("a cloud as its API describes it", () => {
  it("has the volumes that are not a machine's root, with whom they are attached to", () => {
    expect(cloudWorld(described()).volumes).toEqual([
      { id: "vol-data", gibibytes: 3, attachedTo: "i-1" },
      { id: "vol-free", gibibytes: 1, snapshotId: "snap-1" },
    ]);
  });

  it("has the addresses that belong to an interface of an instance, and no longer when that is terminated", () => {
    expect(cloudWorld(described()).addresses).toEqual([{ ip: "127.4.5.6", instanceId: "i-1", ports: [22] }]);
    const [instance] = described().instances;
    expect(reached({ instances: [{ ...instance, State: { Name: "terminated" } }] })).toBeUndefined();
  });

  it.each<[string, Described["rules"], number[]]>([
    ["each port of a range, from all groups of the interface", [rule({ FromPort: 80, ToPort: 82 }), rule({})], [22, 80, 81, 82]],
    ["nothing of another group", [rule({ GroupId: "sg-2" })], []],
    ["nothing that goes out", [rule({ IsEgress: true })], []],
    ["nothing that is not TCP", [rule({ IpProtocol: "udp" })], []],
    ["nothing that is for somebody else's addresses", [rule({ CidrIpv4: "198.51.100.0/24" })], []],
    [
      "nothing that is for another group's machines",
      [rule({ CidrIpv4: undefined, ReferencedGroupInfo: { GroupId: "sg-2" } })],
      [],
    ],
    ["what is for all the world", [rule({ CidrIpv4: "0.0.0.0/0", FromPort: 443, ToPort: 443 })], [443]],
  ])("is reached by its ingress rules: %s", (_, rules, ports) => {
    expect(reached({ rules })).toMatchObject({ ports });
  });

  it("is not reached at all where the rules admit everything, since that is no list of services", () => {
    expect(reached({ rules: [rule({ IpProtocol: "-1", FromPort: -1, ToPort: -1 })] })).toMatchObject({
      ports: [],
      problem: expect.stringContaining("sgr-1"),
    });
  });

  it("is not reached where the subnet's own table has no internet gateway, whatever the main one has", () => {
    const main = { VpcId: "vpc-1", Associations: [{ Main: true }], Routes: [gateway] };
    const own = { VpcId: "vpc-1", Associations: [{ SubnetId: "subnet-1" }], Routes: [] };
    expect(reached({ routeTables: [main, own] })?.problem).toMatch(/no way to the internet/);
    expect(reached({ routeTables: [main] })).toMatchObject({ ports: [22] });
  });
});

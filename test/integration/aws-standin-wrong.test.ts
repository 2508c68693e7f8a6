import { CreateVolumeCommand, DescribeVolumesCommand } from "@aws-sdk/client-ec2";
import { motoMissing } from "../support/aws/moto/start-moto";
import type { ResourceKind } from "../support/aws/provider/resource-kind";
import { volume } from "../support/aws/provider/resources/volume";
import { type Aws, startAws } from "../support/aws/start-aws";
import { describeUnless } from "../support/describe-unless";
import { makeEchoProject } from "../support/echo-project";

jest.setTimeout(120_000);

const program = `
import { Volume } from "@pulumi/aws/ebs/volume";
new Volume("data", { availabilityZone: "eu-central-1a", size: 20, type: "gp3", encrypted: true });
`;
const rightTrace = [
  'data create  ec2 CreateVolume {"AvailabilityZone":"eu-central-1a","Encrypted":true,"Size":20,"VolumeType":"gp3"}',
  'data create  ec2 DescribeVolumes {"VolumeIds":["<data.id>"]}',
  'data diff  ec2 DescribeVolumes {"VolumeIds":["<data.id>"]}',
  "",
];

/** moto takes whatever it is told in each of these. */
const create = (input: object): ResourceKind => ({
  ...volume,
  create: async (cloud) => {
    const wrong = { AvailabilityZone: "eu-central-1a", Size: 20, VolumeType: "gp3" as const, ...input };
    return (await cloud.ec2.send(new CreateVolumeCommand(wrong))).VolumeId ?? "";
  },
});

describeUnless(motoMissing)("a mapping of the stand-in that is wrong", () => {
  let aws: Aws;
  let mapping = volume;

  beforeAll(async () => {
    const chosen: ResourceKind = {
      ...volume,
      create: (...call) => mapping.create(...call),
      read: (...call) => mapping.read(...call),
    };
    aws = await startAws({ kinds: { "aws:ebs/volume:Volume": chosen } });
  });

  afterAll(() => aws?.stop());

  /** What a test of a component would notice: its up, a second look, the committed trace. */
  async function noticed(tried: ResourceKind): Promise<string[]> {
    mapping = tried;
    await aws.reset();
    const project = makeEchoProject(program, aws.env);
    try {
      const up = await project.inline("up");
      if (up.exitCode !== 0) return up.diagnostics.map(({ text }) => text);
      const { summary } = await project.inline("preview");
      const unchanged = Object.keys(summary?.changes ?? {}).join() === "same";
      const traced = aws.traceText() === rightTrace.join("\n");
      return [...(unchanged ? [] : ["a second up changes it"]), ...(traced ? [] : ["the trace differs"])];
    } finally {
      project.remove();
    }
  }

  it("is not one that is right", async () => {
    expect(await noticed(volume)).toEqual([]);
  });

  it("is noticed when it misspells a parameter, which the SDK would drop without a word", async () => {
    expect((await noticed(create({ Encryption: true }))).join()).toContain("CreateVolume.Encryption: no such parameter");
  });

  it("is noticed when it sends a value that AWS's enum lacks", async () => {
    expect((await noticed(create({ Encrypted: true, VolumeType: "gp9" }))).join()).toContain(
      'CreateVolume.VolumeType: "gp9" is none of',
    );
  });

  it("is noticed when it drops encryption", async () => {
    expect(await noticed(create({}))).toEqual(["a second up changes it", "the trace differs"]);
  });

  it("is noticed when it reads what AWS does not answer", async () => {
    const misread: ResourceKind = {
      ...volume,
      async read(cloud, id) {
        const [found] = (await cloud.ec2.send(new DescribeVolumesCommand({ VolumeIds: [id] }))).Volumes ?? [];
        return { encrypted: (found as unknown as Record<string, boolean>).IsEncrypted };
      },
    };
    expect((await noticed(misread)).join()).toContain("IsEncrypted: AWS answers no such field");
  });
});

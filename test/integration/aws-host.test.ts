/** An Ec2Host under the real Pulumi, on moto: what becomes of it when it is wrong, made, shaken and retired. Only its machine is none. */
import { join, resolve } from "node:path";
import { DeregisterImageCommand, EC2Client } from "@aws-sdk/client-ec2";
import { openMove } from "../../sdk/engine/move/move-records";
import { emptyHostRecord, type HostRecord, type WorkloadRecord } from "../../sdk/engine/record/host-record";
import { motoMissing } from "../support/aws/moto/start-moto";
import { type Aws, startAws } from "../support/aws/start-aws";
import { type StubMachines, startStubMachines } from "../support/aws/stub-machines";
import { describeUnless } from "../support/describe-unless";
import { type InlineResult, makeEchoProject } from "../support/echo-project";

jest.setTimeout(120_000);

const components = JSON.stringify(join(resolve(__dirname, "../.."), "components/aws/index.ts"));
const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 me@laptop";
const program = (more: object = {}): string => {
  const args = { size: "t3.small", sshFrom: ["198.51.100.0/24"], authorizedKeys: [key], ...more };
  return `import { Ec2Host } from ${components};\nnew Ec2Host("cloud", ${JSON.stringify(args)});\n`;
};
const urnOf = (type: string, child: string) => `urn:pulumi:dev::shop::drayage:aws:Ec2Host$${type}::cloud-${child}`;

describeUnless(motoMissing)("an Ec2Host under Pulumi", () => {
  let aws: Aws;
  let machines: StubMachines;
  let project: ReturnType<typeof makeEchoProject>;
  let made: unknown;

  beforeAll(async () => {
    [aws, machines] = await Promise.all([startAws(), startStubMachines()]);
    project = makeEchoProject(program(), aws.env, machines.port);
    project.write("Pulumi.dev.yaml", "config:\n  dray:stackUid: uid\n");
  });
  afterAll(async () => {
    project?.remove();
    await Promise.all([aws?.stop(), machines?.stop()]);
  });

  const run = async (more: object, action: "preview" | "up", flags: readonly string[] = []) => {
    project.write("index.ts", program(more));
    return project.inline(action, flags);
  };
  const said = ({ diagnostics }: InlineResult, wanted = "error") =>
    diagnostics
      .filter(({ severity }) => severity === wanted)
      .map(({ text }) => text)
      .join("\n");
  const changes = ({ summary }: InlineResult) => summary?.changes;
  const exists = async () => (await aws.describeAll()).map(({ kind, id }) => `${kind} ${id}`);

  it("with mistakes asks and makes nothing at AWS, in preview as in up", async () => {
    const wrong = { size: "t2.micro", hopLimit: 99, sshFrom: ["::/0"], dataDisk: { type: "gp9" } };
    for (const action of ["preview", "up"] as const) {
      const ended = await run(wrong, action);
      expect(ended.exitCode).not.toBe(0);
      for (const path of ["size", "hopLimit", "sshFrom[0]", "dataDisk.type"]) expect(said(ended)).toContain(`cloud: ${path}`);
    }
    expect(aws.trace()).toEqual([]);
    expect(await exists()).toEqual([]);
  });

  it("of an image for another architecture is refused when it was looked up, before anything is made", async () => {
    const ended = await run({ image: { id: "ami-00000000000000000" } }, "preview");
    expect(said(ended)).toContain("cloud: image.id: no image 'ami-00000000000000000' for amd64 in this region");
    expect(await exists()).toEqual([]);
  });

  it("is previewed whole, made, and then unchanged", async () => {
    // Stack and component are there from the up that was refused.
    // The mark of the machine comes with its id.
    expect(changes(await run({}, "preview"))).toEqual({ create: 25, same: 2 });
    expect(changes(await run({}, "up"))).toEqual({ create: 26, same: 2 });
    expect(changes(await run({}, "up"))).toEqual({ same: 28 });
    made = await exists();
  });

  it("stays the same machine when its image is another, or withdrawn, or its user data would be, and says why", async () => {
    const other = await run({ image: { os: "ubuntu-24.04" }, authorizedKeys: [`${key}2`] }, "up");
    expect(changes(other)).toEqual({ same: 28 });
    expect(said(other, "info")).toMatch(/stays on the image[\s\S]*authorizedKeys is read at the first boot only/);
    expect(said(await run({ size: "t4g.small" }, "preview"))).toContain(
      "cloud: size: the architecture of the machine that is there",
    );
    const client = new EC2Client({
      endpoint: aws.endpoint,
      region: aws.region,
      credentials: { accessKeyId: "t", secretAccessKey: "t" },
    });
    const call = aws.trace().find(({ operation }) => operation === "RunInstances")?.input as { ImageId?: string } | undefined;
    await client.send(new DeregisterImageCommand({ ImageId: call?.ImageId }));
    client.destroy();
    expect(changes(await run({}, "up"))).toEqual({ same: 28 });
    expect(await exists()).toEqual(made);
  });

  it("refuses a replacement of machine, volume or address and says why", async () => {
    const parts = [
      ["aws:ec2/instance:Instance", "instance"],
      ["aws:ebs/volume:Volume", "data"],
      ["aws:ec2/eip:Eip", "address"],
    ] as const;
    const ended = await project.inline(
      "up",
      parts.flatMap(([type, child]) => ["--replace", urnOf(type, child)]),
    );
    expect(ended.exitCode).not.toBe(0);
    expect(said(ended)).toMatch(/unable to replace resource|protected/);
    expect(await exists()).toEqual(made);
  });

  it("refuses to be made anew because it is tainted", async () => {
    const urn = urnOf("aws:ec2/instance:Instance", "instance");
    expect((await project.plain("state", "taint", urn, "--yes")).exitCode).toBe(0);
    const ended = await project.inline("preview");
    expect(said(ended)).toMatch(/unable to replace resource|protected/);
    expect((await project.plain("state", "untaint", urn, "--yes")).exitCode).toBe(0);
    expect(await exists()).toEqual(made);
  });

  it("is not retired while data or a workload is on it, and keeps its protection", async () => {
    machines.record.record = recordWith({
      shop: workload({ state: "ceded", volumes: { data: superseded } }),
      blog: workload({ name: "blog" }),
    });
    const ended = await run({ retired: true }, "preview");
    expect(said(ended)).toMatch(/shop-1-data of shop is kept on it \(superseded\)/);
    expect(said(ended)).toMatch(/blog lives on it/);
    expect(said(ended)).toContain("dray volumes rm shop-1-data");
    machines.record.record = recordWith({
      shop: openMove(workload({}), { host: "rack", machineId: "m", engineId: "e" }, { epoch: 1, at: "" }),
    });
    expect(said(await run({ retired: true }, "preview"))).toMatch(/a move of shop is not finished/);
    machines.record.silent = new Error("no answer");
    expect(said(await run({ retired: true }, "up"))).toMatch(/does not answer[\s\S]*retired: "unseen"/);
    machines.record.silent = undefined;
    machines.record.record = emptyHostRecord;
    expect(await exists()).toEqual(made);
  });

  it("is retired in two steps, of which the first destroys nothing and the second all but the snapshot", async () => {
    const preview = await run({ retired: true }, "preview");
    expect(said(preview, "info")).toContain("step 1 of 2 takes all protection off and destroys nothing");
    expect(changes(preview)).toEqual({ create: 1, same: 26, update: 2 });
    expect(changes(await run({ retired: true }, "up"))).toEqual({ create: 1, same: 26, update: 2 });
    expect(await exists()).toEqual(made);

    const second = await run({ retired: true }, "preview");
    expect(said(second, "info")).toContain("step 2 of 2 destroys all of it");
    expect(changes(second)).toMatchObject({ delete: 25 });
    await run({ retired: true }, "up");
    expect(await exists()).toEqual([expect.stringMatching(/^snapshot /)]);

    const third = await run({ retired: true }, "up");
    expect(changes(third)).toEqual({ same: 4 });
  });
});

const superseded = {
  dockerName: "shop-1-data",
  keep: true,
  protect: false,
  state: "superseded",
  since: "2026-01-01T00:00:00Z",
} as const;

const workload = (more: Partial<WorkloadRecord>): WorkloadRecord => ({
  name: "shop",
  owner: { stackUid: "uid", project: "shop", stack: "dev", id: "one" },
  epoch: 1,
  state: "serving",
  volumes: {},
  journal: [],
  releases: [],
  ...more,
});

const recordWith = (workloads: HostRecord["workloads"]): HostRecord => ({ ...emptyHostRecord, version: 1, workloads });

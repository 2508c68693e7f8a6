/** Ec2Hosts whose machines were ended past Pulumi: what is made, said and left then. Only the machines are none. */
import { join, resolve } from "node:path";
import { motoMissing } from "../support/aws/moto/start-moto";
import { type Aws, startAws } from "../support/aws/start-aws";
import { type StubMachines, startStubMachines } from "../support/aws/stub-machines";
import { describeUnless } from "../support/describe-unless";
import { type InlineResult, makeEchoProject } from "../support/echo-project";

jest.setTimeout(120_000);

const components = JSON.stringify(join(resolve(__dirname, "../.."), "components/aws/index.ts"));
const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 me@laptop";
const program = (hosts: Readonly<Record<string, object>>): string => {
  const args = { size: "t3.small", sshFrom: ["198.51.100.0/24"], authorizedKeys: [key] };
  const made = Object.entries(hosts).map(
    ([name, more]) => `export const ${name} = new Ec2Host("${name}", ${JSON.stringify({ ...args, ...more })}).dataVolumeId;`,
  );
  return [`import { Ec2Host } from ${components};`, ...made, ""].join("\n");
};
/** Whatever a refresh drops of a machine that is gone. */
const machineParts = [
  ["aws:ec2/eipAssociation:EipAssociation", "address-association"],
  ["aws:ec2/volumeAttachment:VolumeAttachment", "data-attachment"],
  ["aws:ec2/instance:Instance", "instance"],
] as const;

describeUnless(motoMissing)("an Ec2Host whose machine is gone at Amazon", () => {
  let aws: Aws;
  let machines: StubMachines;
  let project: ReturnType<typeof makeEchoProject>;

  beforeAll(async () => {
    [aws, machines] = await Promise.all([startAws(), startStubMachines()]);
  });
  beforeEach(async () => {
    await aws.reset();
    project = makeEchoProject("", aws.env, machines.port);
    project.write("Pulumi.dev.yaml", "config:\n  dray:stackUid: uid\n");
  });
  afterEach(() => {
    machines.record.silent = undefined;
    project.remove();
  });
  afterAll(async () => {
    await Promise.all([aws?.stop(), machines?.stop()]);
  });

  const run = async (hosts: Readonly<Record<string, object>>, action: "preview" | "up", ...flags: string[]) => {
    project.write("index.ts", program(hosts));
    return project.inline(action, flags);
  };
  const exists = async () => (await aws.describeAll()).map(({ kind, id, tags }) => `${kind} ${tags.Name ?? id} ${id}`);
  const machineOf = async (host: string) =>
    (await aws.describeAll()).find(({ kind, tags }) => kind === "instance" && tags["drayage:host"] === host)?.id ?? "";
  const lose = async (host: string) => {
    await aws.lose(await machineOf(host));
    machines.record.silent = new Error("no answer");
  };
  const volumeOf = async (host: string) =>
    (await aws.describeAll()).find(({ kind, tags }) => kind === "volume" && tags.Name === `${host}-data`)?.id ?? "";

  it("gets no other machine, says so, and its disk goes on in a second host, which retiring the first leaves alone", async () => {
    expect(errorsOf(await run({ cloud: {} }, "up"))).toEqual([]);
    const volumeId = await volumeOf("cloud");
    const second = { dataDisk: { volumeId } };
    const alone = await exists();
    const tooEarly = await run({ cloud: {}, second }, "up");
    expect(errorsOf(tooEarly).join()).toContain(`second: dataDisk.volumeId: '${volumeId}' is in another machine`);
    expect(await exists()).toEqual(alone);

    await lose("cloud");
    const left = await exists();
    for (const flags of [[], ["--refresh"]]) {
      const ended = await run({ cloud: {} }, "up", ...flags);
      expect(errorsOf(ended)).toEqual([]);
      for (const change of ["create", "update", "replace"]) expect(ended.summary?.changes).not.toHaveProperty(change);
      expect(warningsOf(ended)).toMatch(/cloud: its machine i-\w+ is gone at Amazon, and no other is made in its place/);
      expect(warningsOf(ended)).toContain(`dataDisk: { volumeId: "${volumeId}" }`);
      expect(await exists()).toEqual(left);
    }

    expect(errorsOf(await run({ cloud: {}, second }, "up"))).toEqual([]);
    const both = await exists();
    expect(both).toEqual(expect.arrayContaining(left));
    expect(both.filter((it) => /^(instance|volume) /.test(it)).map((it) => it.split(" ")[1])).toContain("second-instance");
    const leaving = { cloud: { retired: "unseen" }, second };
    expect(errorsOf(await run(leaving, "up"))).toEqual([]);
    expect(await exists()).toEqual(both);
    const step2 = await run(leaving, "up");
    expect(errorsOf(step2)).toEqual([]);
    expect(step2.diagnostics.map(({ text }) => text).join()).toContain("its data volume is in another machine, and stays");
    const others = both.filter((it) => !left.includes(it));
    expect((await exists()).sort()).toEqual([...others, `volume cloud-data ${volumeId}`].sort());
    expect((await run(leaving, "up")).summary?.changes).toEqual({ same: expect.any(Number) });
  });

  it("leaves in two steps, whether a refresh was before them or not: nothing is made, the snapshots of the disks stay", async () => {
    expect(errorsOf(await run({ a: {}, b: {} }, "up"))).toEqual([]);
    const volumes = [await volumeOf("a"), await volumeOf("b")];
    for (const host of ["a", "b"]) await lose(host);
    for (const [type, part] of machineParts)
      await project.plain("state", "delete", `urn:pulumi:dev::shop::drayage:aws:Ec2Host$${type}::a-${part}`, "--force", "--yes");
    const left = await exists();
    const calls = aws.trace().length;
    const leaving = { a: { retired: "unseen" }, b: { retired: "unseen" } };
    expect(errorsOf(await run(leaving, "up"))).toEqual([]);
    expect(await exists()).toEqual(left);
    const asked = aws.trace().slice(calls);
    expect(asked.filter(({ operation }) => !/^(Describe|Get|List)/.test(operation))).toEqual([]);
    expect(errorsOf(await run(leaving, "up"))).toEqual([]);
    const snapshots = aws.trace().flatMap(({ operation, input }) => (operation === "CreateSnapshot" ? [input] : []));
    expect(snapshots.map((input) => (input as { VolumeId?: string }).VolumeId).sort()).toEqual([...volumes].sort());
    const stays = (await exists()).map((it) => it.split(" ").slice(0, 2).join(" "));
    expect(stays.sort()).toEqual(["snapshot a-data", "snapshot b-data"]);
  });
});

const errorsOf = ({ diagnostics, exitCode }: InlineResult): string[] => {
  const told = diagnostics.flatMap(({ severity, text }) => (severity === "error" ? [text] : []));
  return exitCode === 0 ? told : [...told, `ended with ${exitCode}`];
};

const warningsOf = ({ diagnostics }: InlineResult): string =>
  diagnostics
    .filter(({ severity }) => severity === "warning")
    .map(({ text }) => text)
    .join("\n");

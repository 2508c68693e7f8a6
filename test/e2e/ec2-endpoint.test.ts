import { motoMissing } from "../support/aws/moto/start-moto";
import { describeUnless } from "../support/describe-unless";
import { killWhen } from "../support/e2e/kill-at";
import { type LabCloud, startLabCloud } from "../support/e2e/lab-cloud";
import { NotesClient, openNotes } from "../support/e2e/notes";
import { stackOutputs } from "../support/e2e/read-state";
import { steadyClient } from "../support/e2e/steady-client";
import type { TestProgram } from "../support/e2e/test-program";

jest.setTimeout(180_000);

const port = 18197;

describeUnless(motoMissing)("a service's address between hosts at Amazon", () => {
  let cloud: LabCloud;
  let program: TestProgram;
  let client: NotesClient;

  const outputs = () => stackOutputs(program) as Record<"front" | "at" | "secondInstance", string>;
  const addresses = async () => (await cloud.aws.describeAll()).filter(({ kind }) => kind === "address");

  beforeAll(async () => {
    cloud = await startLabCloud();
    program = await openNotes({
      stack: "endpoint",
      port,
      engines: [],
      env: cloud.aws.env,
      config: { machine: { ...cloud.host, ports: [port], dataDisk: { size: 1 } } },
      edits: [
        [
          'from "drayage";',
          'from "drayage";\nimport { Ec2DataVolume, Ec2Host, type Ec2HostArgs, Ec2Network, ElasticEndpoint } from "drayage/aws";',
        ],
        ["import { Host, type HostArgs, Image, Workload }", "import { Image, Workload }"],
        [
          'const rack = new Host("rack", config.requireObject<HostArgs>("rack"));',
          [
            'const network = new Ec2Network("net");',
            'const machine = { ...config.requireObject<Ec2HostArgs>("machine"), network };',
            'const first = new Ec2Host("first", machine);',
          ].join("\n"),
        ],
        [
          'const cloud = new Host("cloud", config.requireObject<HostArgs>("cloud"));',
          [
            'const disk = new Ec2DataVolume("disk", { size: 1, availabilityZone: network.availabilityZone });',
            'const second = new Ec2Host("second", { ...machine, dataDisk: disk });',
          ].join("\n"),
        ],
        ["host: rack,", "host: first,"],
        [
          "export const elsewhere = cloud.engineId;",
          [
            'const endpoint = new ElasticEndpoint("front", { workload: notes, hosts: [first, second] });',
            "export const { address: front, host: at } = endpoint;",
            "export const secondInstance = second.instanceId;",
          ].join("\n"),
        ],
      ],
    });
  });

  afterAll(async () => {
    await program?.remove();
    await cloud?.stop();
  });

  it("leads to the machine where the workload lives, beside the address that ssh takes", async () => {
    await program.up();
    const { front, at } = outputs();
    expect(at).toBe("first");
    await cloud.machines.settled();
    client = new NotesClient(front, port);
    await client.answersWithin(10);
    await client.add("written at the first");
    expect(await addresses()).toHaveLength(3);
    expect((await program.up()).stdout).toContain("No change");
  });

  it("follows in the up that moves the workload: whoever dials it meets a pause, and then all that was written", async () => {
    const { front } = outputs();
    program.edit("host: first,", "host: second,");
    const before = await addresses();
    const steady = steadyClient(() => client.notes());
    const { stdout } = await program.up();
    await cloud.machines.settled();
    expect(await client.answersWithin(10)).toBe("1");
    const seen = await steady.stop();
    const [, outage = ""] = /outage of app\s+([\d.]+) s measured/.exec(stdout) ?? [];
    expect(seen.longestGapSeconds).toBeLessThan(Number(outage) + 5);
    expect(await client.notes()).toEqual(["written at the first"]);
    expect(outputs()).toMatchObject({ front, at: "second" });
    expect(await addresses()).toEqual(before);
    // Another machine at a host's address would be refused: ssh's way to each of them is what it was.
    expect((await program.up()).stdout).toContain("No change");
  });

  it("leads to another machine with the disk of the one that is lost, once the workload was restored in place there", async () => {
    await client.add("written at the second");
    await cloud.lose(outputs().secondInstance);
    program.edit("const app", 'const third = new Ec2Host("third", { ...machine, dataDisk: disk });\nconst app');
    program.edit("hosts: [first, second]", "hosts: [first, second, third]");
    await program.up();
    const restore = ["restore", "notes", "--to", "third"];
    const asked = await program.ends(1, ...restore, "--yes");
    expect(asked.stderr).toMatch(/--from third \(its own disk, newest deploy \S+Z\), --from first \(kept since \S+Z\)/);
    const inPlace = [...restore, "--from", "third", "--yes"];
    await killWhen(program, () => true, inPlace);
    expect(program.read("drayage.pins.endpoint.yaml")).toMatch(/lost:\n +second:\n +machineId/);
    const { stdout } = await program.does(...inPlace);
    expect(stdout).toMatch(/notes runs on third, with the data that was on third's own disk, newest deploy \S+Z/);
    expect(stdout).toContain("as it ran on second: images and configuration of app are equal");
    expect((await program.does(...inPlace)).stdout).toContain("nothing is to be restored");
    program.edit("host: second,", "host: third,");
    await program.up();
    await cloud.machines.settled();
    await client.answersWithin(10);
    expect(await client.notes()).toEqual(["written at the first", "written at the second"]);
    expect(outputs().at).toBe("third");
    expect((await program.up()).stdout).toContain("No change");
  });

  it("goes on when a machine that it has left is gone for good, of which nothing stays but the last of its disk", async () => {
    const ofFirst = async () => (await cloud.aws.describeAll()).filter(({ tags }) => tags["drayage:host"] === "first");
    const before = [await client.notes(), outputs().at, (await addresses()).length];
    await cloud.lose((await ofFirst()).find(({ kind }) => kind === "instance")?.id ?? "");
    expect((await program.up()).stderr).toMatch(/first: its machine i-\w+ is gone at Amazon, and no other is made in its place/);
    await program.does("pulumi", "--", "refresh", "--yes");
    program.edit('new Ec2Host("first", machine)', 'new Ec2Host("first", { ...machine, retired: "unseen" })');
    const left = await cloud.aws.describeAll();
    expect((await program.up()).stderr).toContain("step 1 of 2");
    expect(await cloud.aws.describeAll()).toEqual(left);
    expect((await program.up()).stderr).toContain("step 2 of 2");
    expect((await ofFirst()).map(({ kind }) => kind)).toEqual(["snapshot"]);
    expect([await client.notes(), outputs().at, (await addresses()).length + 1]).toEqual(before);
  });
});

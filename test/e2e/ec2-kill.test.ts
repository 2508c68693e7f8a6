import { motoMissing } from "../support/aws/moto/start-moto";
import { type Aws, startAws } from "../support/aws/start-aws";
import { describeUnless } from "../support/describe-unless";
import { killWhen } from "../support/e2e/kill-at";
import { ec2HostArguments } from "../support/e2e/lab-cloud";
import { resourcesInState } from "../support/e2e/read-state";
import { testHosts } from "../support/e2e/test-hosts";
import { type JsonLine, TestProgram } from "../support/e2e/test-program";

jest.setTimeout(180_000);

/** What the state has and the API knows by no id. */
const nameless = ["aws:ec2/route:Route", "aws:ec2/volumeAttachment:VolumeAttachment"];

describeUnless(motoMissing)("a host at Amazon in the making", () => {
  let aws: Aws;
  const programs: TestProgram[] = [];

  const open = async (stack: string) => {
    const cloud = ec2HostArguments(await testHosts());
    const program = await TestProgram.open({
      folder: "test/fixtures/programs/ec2",
      stack,
      engines: [],
      config: { cloud },
      env: aws.env,
    });
    programs.push(program);
    return program;
  };
  const made = (program: TestProgram) => resourcesInState(program).filter(({ type }) => type.startsWith("aws:"));
  /** Each thing that is there is in a state, and each that is in the state is there. */
  const nothingIsOrphaned = async (program: TestProgram) => {
    const known = JSON.stringify(programs.map(made));
    const there = await aws.describeAll();
    expect(there.filter(({ id }) => !known.includes(id))).toEqual([]);
    const ids = there.map(({ id }) => id);
    expect(made(program).filter(({ type, id = "" }) => !nameless.includes(type) && !ids.includes(id))).toEqual([]);
  };

  beforeAll(async () => {
    aws = await startAws();
  });

  afterAll(async () => {
    for (const program of programs) await program.remove();
    await aws?.stop();
  });

  it("is killed while each of its parts is made, and made whole by the next ups, with nothing orphaned on the way", async () => {
    const program = await open("ec2-kills");
    const killedAt = new Set<string>();
    const isBegun = ({ event, operation, phase, type }: JsonLine) =>
      event === "resource" && operation === "create" && phase === "started" && String(type).startsWith("aws:");
    for (let whole = false; !whole; ) {
      // The first operation of ours would meet the machine, which nobody boots here: all of Amazon's is made then.
      const isNext = (line: JsonLine) => line.event === "operation" || (isBegun(line) && !killedAt.has(String(line.name)));
      const lines = await killWhen(program, isNext);
      for (const { name } of lines.filter(isBegun)) killedAt.add(String(name));
      whole = lines.some(({ event }) => event === "operation");
      await nothingIsOrphaned(program);
    }
    expect([...killedAt].sort()).toEqual(
      made(program)
        .map(({ urn }) => urn.split("::").pop())
        .sort(),
    );
    expect([...killedAt]).toContain("cloud-instance");
    expect((await aws.describeAll()).filter(({ kind }) => kind === "instance")).toHaveLength(1);
  });
});

import { setTimeout as pause } from "node:timers/promises";
import { noCapacity } from "../support/aws/faults/faults";
import { motoMissing } from "../support/aws/moto/start-moto";
import { type Aws, startAws } from "../support/aws/start-aws";
import { describeUnless } from "../support/describe-unless";
import { killAt, killEngine, killWhen } from "../support/e2e/kill-at";
import { ec2HostArguments } from "../support/e2e/lab-cloud";
import { resourcesInState } from "../support/e2e/read-state";
import { testHosts } from "../support/e2e/test-hosts";
import { type JsonLine, TestProgram } from "../support/e2e/test-program";

jest.setTimeout(180_000);

/** What the state has and the API knows by no id. */
const nameless = ["aws:ec2/route:Route", "aws:ec2/volumeAttachment:VolumeAttachment"];
/** All of it is there then, and the next is to meet the machine, which nobody boots here. */
const allIsMade = { phase: "started", operation: "await" } as const;

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

  /** What was under way for an engine that is gone has come to its end. */
  const quiet = async () => {
    for (let seen = -1; aws.openCalls() > 0 || seen !== aws.revision(); await pause(1500)) seen = aws.revision();
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
    let kills = 0;
    for (let whole = false; !whole; kills++) {
      // The first operation of ours would meet the machine, which nobody boots here: all of Amazon's is made then.
      const isNext = (line: JsonLine) => line.event === "operation" || (isBegun(line) && !killedAt.has(String(line.name)));
      const lines = await killWhen(program, isNext);
      // The engine goes on for a moment, and what it makes then was cut off as well.
      for (const { urn } of made(program)) killedAt.add(nameOf(urn));
      for (const { name } of lines.filter(isBegun)) killedAt.add(String(name));
      whole = lines.some(({ event }) => event === "operation");
      await nothingIsOrphaned(program);
    }
    expect(kills).toBeGreaterThan(4);
    expect(
      made(program)
        .map(({ urn }) => nameOf(urn))
        .sort(),
    ).toEqual([...killedAt].sort());
    expect((await aws.describeAll()).filter(({ kind }) => kind === "instance")).toHaveLength(1);
  });

  it("is made where the API throttles, has no machine at first, and does not know at once what it has made", async () => {
    const program = await open("ec2-faults");
    aws.faults.throttle({ every: 5 });
    aws.faults.hideNew({ calls: 2 });
    aws.faults.fail(noCapacity);
    const { stderr } = await program.ends(1, "up", "--yes");
    expect(stderr).toMatch(/cloud-instance[\s\S]*do not have sufficient t\dg?\.small capacity/);
    await killAt(program, allIsMade);
    expect(aws.faults.told()).toMatchObject({
      RequestLimitExceeded: many,
      InsufficientInstanceCapacity: 1,
      "InvalidVpcID.NotFound": 2,
    });
    aws.faults.clear();
    await nothingIsOrphaned(program);
  });

  it("has each part named that exists there, where the engine itself was killed before it had written that down", async () => {
    const program = await open("ec2-engine");
    aws.faults.hideNew({ calls: 30 });
    const before = aws.trace().length;
    const up = program.dray(["up", "--yes"]);
    const isThere = () =>
      aws
        .trace()
        .slice(before)
        .some(({ operation }) => operation === "RunInstances");
    while (!isThere()) await pause(20);
    killEngine(program);
    aws.faults.clear();
    const { stderr } = await up;
    await quiet();
    const named = [...stderr.matchAll(/^warning {2}(\S+): a run was killed while it made this/gm)].map(([, name]) => name);
    expect(named).toContain("cloud-instance");
    const known = JSON.stringify(programs.map(made));
    const unknown = (await aws.describeAll()).filter(({ id, tags }) => !known.includes(id) && tags.Name !== undefined);
    expect(unknown.map(({ tags }) => tags.Name).filter((name) => !named.includes(name))).toEqual([]);
  });
});

const many = expect.any(Number);
const nameOf = (urn: string): string => urn.split("::").pop() ?? "";

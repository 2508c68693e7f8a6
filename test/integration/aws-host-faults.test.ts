/** An Ec2Host on a bad day at Amazon. Only its machine is none. */
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { noCapacity } from "../support/aws/faults/faults";
import { motoMissing } from "../support/aws/moto/start-moto";
import { type Aws, startAws } from "../support/aws/start-aws";
import { type StubMachines, startStubMachines } from "../support/aws/stub-machines";
import { describeUnless } from "../support/describe-unless";
import { type InlineResult, makeEchoProject } from "../support/echo-project";

jest.setTimeout(120_000);

const components = JSON.stringify(join(resolve(__dirname, "../.."), "components/aws/index.ts"));
const program = `
import { Ec2Host } from ${components};
new Ec2Host("cloud", { size: "t3.small", sshFrom: ["198.51.100.0/24"], authorizedKeys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 me@laptop"] });
`;
const committed = join(__dirname, "../fixtures/aws-api/trace-ec2-host.txt");

describeUnless(motoMissing)("the default Ec2Host", () => {
  let aws: Aws;
  let machines: StubMachines;
  let project: ReturnType<typeof makeEchoProject>;

  beforeAll(async () => {
    [aws, machines] = await Promise.all([startAws(), startStubMachines()]);
  });
  beforeEach(async () => {
    await aws.reset();
    project = makeEchoProject(program, aws.env, machines.port);
    project.write("Pulumi.dev.yaml", "config:\n  dray:stackUid: uid\n");
  });
  afterEach(() => project.remove());
  afterAll(async () => {
    await Promise.all([aws?.stop(), machines?.stop()]);
  });

  const isLeftAlone = async () => expect(Object.keys((await project.inline("preview")).summary?.changes ?? {})).toEqual(["same"]);

  it("makes the calls that are committed and no other, also while AWS throttles and does not know yet what is new", async () => {
    aws.faults.throttle({ every: 4 });
    aws.faults.hideNew({ calls: 2 });
    expect(errorsOf(await project.inline("up"))).toEqual([]);
    await isLeftAlone();
    const made = aws.traceText();
    // DRAYAGE_WRITE_TRACE=1 takes what is made for right: look at its diff.
    if (process.env.DRAYAGE_WRITE_TRACE === "1") writeFileSync(committed, made);
    expect(made.split("\n")).toEqual(readFileSync(committed, "utf8").split("\n"));
    expect(aws.faults.told()).toMatchObject({ RequestLimitExceeded: expect.any(Number), InvalidParameterValue: 2 });
  });

  it("tells once that its size is sold out, and the next up makes the rest, nothing twice", async () => {
    aws.faults.fail(noCapacity);
    const told = errorsOf(await project.inline("up")).filter((text) => text.includes("sufficient t3.small capacity"));
    expect([told.length, aws.faults.told()]).toEqual([1, { InsufficientInstanceCapacity: 1 }]);
    expect(errorsOf(await project.inline("up"))).toEqual([]);
    await isLeftAlone();
    const kinds = (await aws.describeAll()).map(({ kind }) => kind);
    const machinery = ["address", "address association", "instance", "volume", "volume", "vpc"];
    expect(kinds.filter((kind) => machinery.includes(kind)).sort()).toEqual(machinery);
  });
});

const errorsOf = ({ diagnostics, exitCode }: InlineResult): string[] => {
  const told = diagnostics.flatMap(({ severity, text }) => (severity === "error" ? [text] : []));
  return exitCode === 0 ? told : [...told, `ended with ${exitCode}`];
};

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { motoMissing } from "../support/aws/moto/start-moto";
import { type Aws, startAws } from "../support/aws/start-aws";
import { describeUnless } from "../support/describe-unless";
import { makeEchoProject } from "../support/echo-project";

jest.setTimeout(120_000);

const program = readFileSync(join(__dirname, "../fixtures/programs/aws-plain/index.ts"), "utf8");

describeUnless(motoMissing)("the stand-in for aws", () => {
  let aws: Aws;
  let project: ReturnType<typeof makeEchoProject>;

  beforeAll(async () => {
    aws = await startAws();
    project = makeEchoProject(program, aws.env);
  });

  afterAll(async () => {
    project?.remove();
    await aws?.stop();
  });

  it("previews it all before anything exists", async () => {
    const run = await project.inline("preview");
    expect([run.exitCode, run.diagnostics.filter(({ severity }) => severity === "error")]).toEqual([0, []]);
    expect(await aws.describeAll()).toEqual([]);
  });

  it("makes it all", async () => {
    const run = await project.inline("up");
    expect([run.exitCode, run.diagnostics.filter(({ severity }) => severity === "error")]).toEqual([0, []]);
  });

  it("finds nothing to do afterwards, also when it looks at what is there", async () => {
    for (const flags of [[], ["--refresh"]]) {
      const run = await project.inline("preview", flags);
      expect(run.summary?.changes).toEqual({ same: 20 });
    }
  });

  it("takes it all away again but for the snapshot", async () => {
    const run = await project.inline("destroy");
    expect([run.exitCode, run.diagnostics.filter(({ severity }) => severity === "error")]).toEqual([0, []]);
    expect((await aws.describeAll()).map(({ kind }) => kind)).toEqual(["snapshot"]);
  });
});

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type AwsProject, makeAwsProject, plainProgram } from "../support/aws/aws-project";
import { motoMissing } from "../support/aws/moto/start-moto";
import { describeUnless } from "../support/describe-unless";

const committed = join(__dirname, "../fixtures/aws-api/trace-plain.txt");

const replaced = (name: string) => `replace ${name}`;

/** The plain program with each of these said otherwise. */
function edited(...edits: readonly (readonly [from: string, to: string])[]): string {
  for (const [from] of edits) expect(plainProgram).toContain(from);
  return edits.reduce((text, [from, to]) => text.replace(from, to), plainProgram);
}

jest.setTimeout(120_000);

describeUnless(motoMissing)("the stand-in for aws", () => {
  let it_: AwsProject;

  beforeAll(async () => {
    it_ = await makeAwsProject();
  });

  afterAll(() => it_?.remove());

  async function planned(text: string): Promise<readonly string[]> {
    it_.project.write("index.ts", text);
    return (await it_.project.inline("preview")).planned;
  }

  it("previews a program to its end before anything exists", async () => {
    const { aws, project, ended } = it_;
    expect(ended(await project.inline("preview"))).toEqual([0, []]);
    expect(await aws.describeAll()).toEqual([]);
  });

  it("makes all of it", async () => {
    const { project, ended } = it_;
    const run = await project.inline("up");
    expect(ended(run)).toEqual([0, []]);
    expect(run.outputs).toMatchObject({ architecture: "x86_64", foundZone: "eu-central-1a" });
  });

  it("finds nothing to do afterwards, by what AWS says there is", async () => {
    const { project } = it_;
    for (const flags of [[], ["--refresh"]]) {
      expect((await project.inline("preview", flags)).summary?.changes).toEqual({ same: 23 });
    }
  });

  it("plans to replace what the real package replaces, and what hangs on it", async () => {
    const image = edited(["ami: image.id", 'ami: "ami-0deb12a01d20a0901"']);
    const data = edited(['userData: "', 'userDataReplaceOnChange: true, userData: "\\n']);
    for (const text of [image, data])
      expect(await planned(text)).toEqual(["attachment", "machine", "other", "own"].map(replaced));
    const rest = edited(
      ["encrypted: true,\n  size", "encrypted: false,\n  size"],
      ['description: "cloud"', 'description: "other"'],
      ["machine.secondaryPrivateIps[0]", "machine.privateIp"],
    );
    const all = ["all", "attachment", "data", "group", "other", "ssh"].map(replaced);
    expect(await planned(rest)).toEqual([...all, "update machine"]);
  });

  it("refuses by its path what it maps to no call", async () => {
    const { project, ended } = it_;
    project.write("index.ts", edited(['httpTokens: "required"', 'httpTokens: "required", hopAround: 3']));
    const [, errors] = ended(await project.inline("preview"));
    expect((errors as string[]).join()).toContain("metadataOptions.hopAround: the stand-in for aws maps no such property");
  });

  it("changes in place what can be, and finds nothing to do then", async () => {
    const { project, ended } = it_;
    const text = edited(
      ["size: 20", "size: 30"],
      ["volumeSize: 16", "volumeSize: 18"],
      ["hostname: cloud", "hostname: other"],
      ["instanceType: size.instanceType", 'instanceType: "t3.medium"'],
      ["httpPutResponseHopLimit: 1", "httpPutResponseHopLimit: 2"],
      ["disableApiTermination: false", "disableApiTermination: true"],
      ["198.51.100.0/24", "203.0.113.0/24"],
      ['tags("vpc")', '{ Name: "other" }'],
    );
    project.write("index.ts", text);
    const run = await project.inline("up");
    expect(ended(run)).toEqual([0, []]);
    expect(run.planned).toEqual(["update data", "update machine", "update ssh", "update vpc"]);
    expect((await project.inline("preview")).summary?.changes).toEqual({ same: 23 });
  });

  it("keeps a machine that is protected from termination", async () => {
    const { project, ended } = it_;
    const [exitCode, errors] = ended(
      await project.inline("destroy", [
        "--target",
        "urn:pulumi:dev::shop::aws:ec2/instance:Instance::machine",
        "--target-dependents",
      ]),
    );
    expect([exitCode, (errors as string[]).join()]).toEqual([1, expect.stringContaining("disableApiTermination")]);
    project.write("index.ts", plainProgram);
    expect(ended(await project.inline("up"))).toEqual([0, []]);
  });

  it("takes all of it away again, but for the snapshot of the data", async () => {
    const { aws, project, ended } = it_;
    expect(ended(await project.inline("destroy"))).toEqual([0, []]);
    expect((await aws.describeAll()).map(({ kind, tags }) => [kind, tags.Name])).toEqual([["snapshot", "data"]]);
  });

  it("has made the calls that are committed, and no other", () => {
    const made = it_.aws.traceText();
    // See aws-host-faults.test.ts.
    if (process.env.DRAYAGE_WRITE_TRACE === "1") writeFileSync(committed, made);
    expect(made.split("\n")).toEqual(readFileSync(committed, "utf8").split("\n"));
  });
});

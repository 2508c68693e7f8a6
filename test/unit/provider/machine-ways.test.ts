/** The resources that components make beside a Host: the frozen image, what was made and lost, the way out, the teller of mistakes. */
import { createLostPartHandler } from "../../../sdk/provider/lost-part-resource";
import { createMachineImageHandler } from "../../../sdk/provider/machine-image-resource";
import { createMachineMarkHandler } from "../../../sdk/provider/machine-mark-resource";
import { createMistakesHandler } from "../../../sdk/provider/mistakes-resource";
import type { PlainRecord } from "../../../sdk/provider/plain";
import { createRetirementHandler } from "../../../sdk/provider/retirement-resource";
import { UNKNOWN } from "../../../sdk/spec/unknown";
import { fakeHost } from "../../support/fake-host";
import { operation, refOf, said } from "./handler-harness";

const asked = operation("cloud", "drayage:index:Retirement");

describe("MachineImage", () => {
  const image = createMachineImageHandler();
  const found = (answer: PlainRecord): PlainRecord => ({ name: "cloud", stackUid: "uid", found: answer });
  const withdrawn = found({ problem: { path: "image.os", reason: "no image" } });

  it("keeps the first answer", async () => {
    expect(await image.create({ ...asked, preview: false, news: found({ imageId: "ami-1" }) })).toMatchObject({
      outputs: { imageId: "ami-1" },
    });
    expect(
      image.diff({ ...asked, id: "1", olds: { imageId: "ami-1" }, oldInputs: {}, news: withdrawn, ignoreChanges: [] }),
    ).toEqual({ changed: false, detailedDiff: {} });
  });

  it("tells a failed lookup of a machine that does not exist, and of no other", () => {
    expect(image.check({ ...asked, olds: {}, news: withdrawn })).toMatchObject({
      problems: [{ path: "cloud: image.os", reason: "no image" }],
    });
    expect(image.check({ ...asked, olds: found({ imageId: "ami-1" }), news: withdrawn })).toMatchObject({ problems: [] });
  });
});

describe("MachineMark", () => {
  const mark = createMachineMarkHandler();
  const looked = { machine: "cloud", stackUid: "uid", run: "this run" };
  const set = { machine: "cloud", stackUid: "uid", instance: "i-1", volume: "vol-1" };

  it("bears the run that looked for it first, also in a preview, where no machine was made before", async () => {
    const outputs = { run: "this run", instance: "", volume: "" };
    expect(await mark.create({ ...asked, preview: true, news: looked })).toMatchObject({ outputs });
  });

  it("keeps the machine that it was set for, and its inputs, whatever later runs ask with", async () => {
    expect(await mark.create({ ...asked, preview: false, news: set })).toMatchObject({
      outputs: { run: "", instance: "i-1", volume: "vol-1" },
    });
    expect(mark.check({ ...asked, olds: set, news: looked })).toEqual({ inputs: set, problems: [] });
    expect(mark.check({ ...asked, olds: looked, news: { ...looked, run: "another" } })).toEqual({ inputs: looked, problems: [] });
  });
});

describe("LostPart", () => {
  const part = createLostPartHandler();
  const news = { machine: "cloud", stackUid: "uid", says: "cloud: its machine i-1 is gone" };

  it("says so in each run, and lets nothing of what it was out of the state in the clear", async () => {
    said.length = 0;
    expect(part.check({ ...asked, olds: { userData: "secret" }, news })).toEqual({ inputs: news, problems: [] });
    expect(said).toEqual(["cloud: its machine i-1 is gone"]);
    const olds = { userData: "secret", instanceType: "t3.small" };
    expect(part.diff({ ...asked, id: "i-1", olds, oldInputs: olds, news, ignoreChanges: [] })).toMatchObject({ changed: false });
    expect(await part.read({ ...asked, id: "i-1", olds, oldInputs: news, secretPaths: [] })).toEqual({
      id: "i-1",
      outputs: {},
      inputs: news,
    });
  });
});

describe("Mistakes", () => {
  it("tells them and never comes to be", async () => {
    const mistakes = createMistakesHandler();
    const news = { problems: [{ path: "net: cidr", reason: "is none" }] };
    expect(mistakes.check({ ...asked, olds: {}, news })).toMatchObject({ problems: [{ path: "net: cidr", reason: "is none" }] });
    await expect(mistakes.create({ ...asked, preview: true, news })).rejects.toMatchObject({ code: "INTERNAL" });
  });
});

describe("Retirement", () => {
  const cloud = fakeHost("cloud");
  const retirement = createRetirementHandler({ hosts: { open: async () => cloud.again() } });
  const host = refOf("cloud") as unknown as PlainRecord;
  const inputs = (step: string, more: PlainRecord = {}): PlainRecord => ({ machine: "cloud", step, stackUid: "uid", ...more });
  const stageAfter = async (step: string, stage: string | undefined, more: PlainRecord = {}): Promise<unknown> => {
    const news = inputs(step, more);
    const common = { ...asked, news, preview: true };
    if (stage === undefined) return (await retirement.create(common)).outputs.stage;
    const olds = { stage, host };
    const { changed } = await retirement.diff({ ...common, id: "1", olds, oldInputs: {}, ignoreChanges: [] });
    if (!changed) return stage;
    const updated = await retirement.update({ ...common, id: "1", olds, oldInputs: {}, ignoreChanges: [] });
    return updated.outputs.stage;
  };

  it.each([
    ["serve", undefined, "serving"],
    ["serve", "begun", "serving"],
    // A machine that was never made is not made to be destroyed.
    ["leave", undefined, "done"],
    ["leave", "serving", "begun"],
    ["leave", "begun", "again"],
    ["leave", "again", "again"],
    ["mark", undefined, "done"],
    ["look", undefined, "begun"],
    ["look", "begun", "again"],
    ["look", "again", "again"],
    ["look", "done", "done"],
  ])("by the step %s goes from %s to %s", async (step, before, after) => expect(await stageAfter(step, before)).toBe(after));

  it("keeps the way to the machine while it serves, and notices when that changes", async () => {
    const news = inputs("serve", { host });
    expect((await retirement.create({ ...asked, news, preview: false })).outputs).toMatchObject({ stage: "serving", host });
    const moved = { ...host, connection: { kind: "ssh", address: "203.0.113.8" }, arch: "arm64" };
    const olds = { stage: "serving", host };
    const asks = { ...asked, id: "1", olds, oldInputs: news, ignoreChanges: [] };
    expect(await retirement.diff({ ...asks, news })).toMatchObject({ changed: false });
    expect(await retirement.diff({ ...asks, news: inputs("serve", { host: moved }) })).toEqual({
      changed: true,
      detailedDiff: { "host.connection.address": "update" },
    });
  });

  it("says in a preview what each step does", async () => {
    said.length = 0;
    await stageAfter("leave", "serving");
    await retirement.check({ ...asked, olds: inputs("mark"), news: inputs("look") });
    await retirement.check({ ...asked, olds: inputs("look"), news: inputs("look") });
    await retirement.check({ ...asked, olds: inputs("mark", { diskStays: true }), news: inputs("look") });
    expect(said).toEqual([
      "cloud: step 1 of 2 takes all protection off and destroys nothing",
      "cloud: step 2 of 2 destroys all of it; its data volume leaves a final snapshot",
      "cloud: step 2 of 2 destroys all of it; its data volume is in another machine, and stays",
    ]);
  });

  it("asks no machine that was never met", async () => {
    const unborn = { ...host, connection: { kind: "ssh", address: UNKNOWN } };
    cloud.record.silent = new Error("asked");
    const asks = { ...asked, id: "1", olds: { stage: "serving", host: unborn }, oldInputs: {}, ignoreChanges: [] };
    expect((await retirement.update({ ...asks, news: inputs("leave"), preview: true })).outputs.stage).toBe("begun");
    cloud.record.silent = undefined;
  });
});

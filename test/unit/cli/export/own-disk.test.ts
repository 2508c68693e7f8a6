import { type DiskFacts, judgeDisk } from "../../../../sdk/cli/export/own-disk";
import { ceded, openMove } from "../../../../sdk/engine/move/move-records";
import type { VolumeRecord, WorkloadRecord } from "../../../../sdk/engine/record/host-record";
import { retired } from "../../../../sdk/engine/record/retired-workload";

const owner = { stackUid: "uid", project: "shop", stack: "prod", id: "shop-1" };
const at = "2026-03-01T03:17:00.000Z";
const volume = (dockerName: string, state: VolumeRecord["state"] = "current") => ({
  dockerName,
  keep: true,
  protect: false,
  state,
  since: at,
});
const serving: WorkloadRecord = {
  name: "shop",
  owner,
  epoch: 4,
  state: "serving",
  volumes: { data: volume("shop-data"), files: volume("shop-files") },
  journal: [],
  releases: [{ at, hash: "h1", images: {} }],
};
const machine = (host: string) => ({ host, machineId: `m-${host}`, engineId: `e-${host}` });
const stamp = { epoch: 4, at };
const receipt = (hash: string) => ({ hash, images: {}, configurations: {} });

function judged(record: Partial<WorkloadRecord> | undefined, more: Partial<DiskFacts> = {}) {
  return judgeDisk({
    workload: { name: "shop", volumes: ["data", "files"], receipt: receipt("h1") },
    host: "cloud2",
    lost: { machineId: "m-cloud" },
    owner,
    record: record && { ...serving, ...record },
    found: ["shop-data", "shop-files"],
    running: 0,
    handedOn: false,
    ...more,
  });
}
const refusal = (record: Partial<WorkloadRecord> | undefined, more: Partial<DiskFacts> = {}) => {
  const disk = judged(record, more);
  if (disk.kind !== "refused") throw new Error(`it is not refused: ${disk.kind}`);
  return { code: disk.error.code, text: `${disk.error.message}\n${disk.error.hint}` };
};

describe("the disk of a lost machine in another one", () => {
  it("is gone on with where the workload served with all its data, whether Docker has started it there already or not", () => {
    const expected = { kind: "serves", host: "cloud2", volumes: ["data", "files"], deploy: { at, isLast: true } };
    expect(judged({})).toEqual({ ...expected, running: 0 });
    expect(judged({}, { running: 2 })).toEqual({ ...expected, running: 2 });
  });

  it("tells whether its newest deploy is the last that the state knows, and nothing where the state does not tell", () => {
    const workload = { name: "shop", volumes: ["data"] };
    expect(judged({}, { workload: { ...workload, receipt: receipt("h2") } })).toMatchObject({ deploy: { at, isLast: false } });
    expect(judged({}, { workload: { ...workload, receipt: receipt("") } })).toHaveProperty("deploy", { at });
    expect(judged({}, { workload: { ...workload, receipt: undefined } })).toHaveProperty("deploy", { at });
  });

  it("has nothing where no record and no volume is of the workload, or only copies are kept", () => {
    expect(judged(undefined, { found: [] })).toEqual({ kind: "nothing" });
    expect(judged(retired(serving, at))).toEqual({ kind: "nothing" });
    expect(judged({ volumes: { data: volume("shop-data", "superseded"), files: volume("shop-files", "kept") } })).toEqual({
      kind: "nothing",
    });
  });

  it("is refused where volumes are there and no record tells of them", () => {
    expect(refusal(undefined)).toEqual({
      code: "NOT_FOUND",
      text: expect.stringMatching(/shop-data, shop-files[\s\S]*\/var\/lib\/drayage/),
    });
  });

  it("is refused where the record is of another stack, naming it; a stack that was renamed is the same", () => {
    expect(refusal({ owner: { ...owner, stackUid: "other", stack: "dev" } })).toEqual({
      code: "OWNED_ELSEWHERE",
      text: expect.stringMatching(/stack dev of project shop[\s\S]*dray adopt shop/),
    });
    expect(judged({ owner: { ...owner, stack: "before" } })).toMatchObject({ kind: "serves" });
  });

  it("is refused where it was handed over to a host other than the lost one, which has not handed it on", () => {
    const toRack = ceded(serving, machine("rack"), { rootHash: "r" }, stamp);
    expect(refusal(toRack)).toEqual({
      code: "DATA_PROTECTED",
      text: expect.stringMatching(/handed over to rack at 2026[\s\S]*say rack/),
    });
    expect(judged(toRack, { handedOn: true })).toEqual({ kind: "nothing" });
    expect(judged(ceded(serving, machine("cloud"), { rootHash: "r" }, stamp))).toEqual({ kind: "nothing" });
  });

  it.each<[string, WorkloadRecord, RegExp]>([
    ["that leaves it", openMove(serving, machine("rack"), stamp), /move of shop to rack was open[\s\S]*say rack/],
    ["that fills it", { ...serving, state: "preparing", arrival: arrivalFrom("rack") }, /move of shop from rack was open/],
    ["that has filled it", { ...serving, state: "prepared", arrival: arrivalFrom("rack") }, /move of shop from rack was open/],
    ["that was not released", { ...serving, state: "adopted", arrival: arrivalFrom("rack") }, /move of shop from rack was open/],
  ])("is refused where a move %s was open when it was last written", (_, record, text) => {
    expect(refusal(record)).toEqual({ code: "LOCKED", text: expect.stringMatching(text) });
  });

  it("is refused where volumes are missing, each named: in the record, in Docker, or not in use", () => {
    const missing = (names: string) => ({ code: "DATA_PROTECTED", text: expect.stringContaining(`: ${names} is missing there`) });
    expect(refusal({ volumes: { data: volume("shop-data") } })).toEqual(missing("files"));
    expect(refusal({}, { found: ["shop-files"] })).toEqual(missing("data"));
    expect(refusal({}, { found: [] })).toEqual(missing("data, files"));
    expect(refusal({ volumes: { ...serving.volumes, data: volume("shop-data", "superseded") } })).toEqual(missing("data"));
  });

  it("is refused where the first deployment had not ended", () => {
    const journal = [{ epoch: 1, step: "create", phase: "intent" as const, at }];
    expect(refusal({ releases: [], journal })).toEqual({ code: "DATA_PROTECTED", text: expect.stringContaining("never served") });
    expect(judged({ journal })).toMatchObject({ kind: "serves" });
  });

  it("is refused where the host had been declared lost itself: the workload went on elsewhere since", () => {
    expect(refusal({}, { wasLost: at })).toEqual({ code: "DATA_PROTECTED", text: expect.stringMatching(/lost itself at 2026/) });
  });

  it("does not mind what a killed import left unfinished beside the data", () => {
    const volumes = { ...serving.volumes, "data@incoming": volume("shop-data-2", "incoming") };
    expect(judged({ volumes })).toMatchObject({ kind: "serves", volumes: ["data", "files"] });
  });
});

function arrivalFrom(host: string) {
  return { epoch: 4, machineId: `m-${host}`, host, at, rootHash: "" };
}

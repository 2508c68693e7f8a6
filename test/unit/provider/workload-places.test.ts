import { recordOf } from "../../../sdk/provider/common-inputs";
import { createIdentities } from "../../../sdk/provider/identities";
import type { PlainRecord } from "../../../sdk/provider/plain";
import { createWorkloadHandler } from "../../../sdk/provider/workload-resource";
import { clock, FakeHosts, FakeRoom, inputsOf, operation, refOf, said, secretsAt } from "./handler-harness";

const [rack, cloud] = [refOf("rack"), refOf("cloud")];
const openMove = { host: "cloud", machineId: "machine-cloud", engineId: "engine-cloud" };

/** `shop`, deployed on rack; `answering` are the hosts that answer now. */
async function deployed(answering: readonly string[], more: PlainRecord = {}) {
  const all = { rack: "rack", cloud: "cloud" };
  const at = (hosts: FakeHosts) => {
    const door = new FakeRoom();
    return {
      hosts,
      door,
      handler: createWorkloadHandler({ hosts, door, identities: createIdentities(), secrets: secretsAt({}), clock }),
    };
  };
  const first = at(new FakeHosts(all)).handler;
  const { inputs } = await first.check({ ...operation("shop"), olds: {}, news: inputsOf("shop", rack, more), secretPaths: [] });
  const { id = "", outputs } = await first.create({ ...operation("shop"), news: inputs, preview: false });
  const now = at(new FakeHosts(Object.fromEntries(Object.entries(all).filter(([name]) => answering.includes(name)))));
  for (const ref of [rack, cloud]) now.hosts.know(ref);
  const updated = (host: typeof rack, state: PlainRecord = {}, preview = false, more: PlainRecord = {}) => {
    const news = inputsOf("shop", host, { identity: inputs.identity, services: { web: { image: "nginx:2" } }, ...more });
    const olds = { ...outputs, ...state };
    return now.handler.update({ ...operation("shop"), id, olds, oldInputs: inputs, news, ignoreChanges: [], preview });
  };
  return { ...now, id, outputs, inputs, updated };
}

beforeEach(() => said.splice(0));

describe("an update while the wanted host does not answer", () => {
  it("says where it lives and changes nothing there when no move is open", async () => {
    const { updated, door } = await deployed(["rack"]);
    await expect(updated(cloud)).rejects.toMatchObject({
      code: "HOST_TIMEOUT",
      message: expect.stringContaining("shop lives on rack, and nothing was changed there"),
    });
    expect(door.applied).toEqual([]);
  });

  it("lets what ran serve again where it lives, and ends with the failure, when a move to it was interrupted", async () => {
    const { updated, door } = await deployed(["rack"]);
    door.failure = new Error("stays");
    const { outputs, error } = await updated(cloud, { openMove });
    expect(error).toBeDefined();
    expect(outputs).toMatchObject({ placement: { host: "rack" }, placements: { rack: { name: "rack" } } });
    const [wish] = door.applied;
    expect([wish?.target.name, wish?.source, wish?.lost?.host]).toEqual(["rack", undefined, "cloud"]);
    expect(wish?.stays).toMatchObject({ code: "HOST_TIMEOUT", message: expect.stringContaining("shop serves on rack") });
    expect(wish?.spec.services.web?.image).toMatchObject({ ref: expect.stringContaining("nginx:1") });
  });

  it("previews that", async () => {
    const { updated, door } = await deployed(["rack"]);
    await updated(cloud, { openMove }, true);
    expect([door.previewed[0]?.target.name, door.applied]).toEqual(["rack", []]);
    expect(said.join()).toContain("shop serves on rack");
  });
});

describe("an update while the other end of an interrupted move does not answer", () => {
  it("goes on without it", async () => {
    const { updated, door } = await deployed(["rack"]);
    await updated(rack, { openMove });
    expect(door.applied[0]).toMatchObject({ lost: openMove, target: { name: "rack" } });
    expect(door.applied[0]?.interrupted).toBeUndefined();
  });

  it("goes on without it when nobody knows it any more", async () => {
    const { updated, door, hosts } = await deployed(["rack"]);
    hosts.known.splice(0);
    await updated(rack, { openMove });
    expect(door.applied[0]?.lost).toEqual(openMove);
  });
});

describe("an update while the source does not answer", () => {
  it("goes on where it was handed over to, by that host's own record", async () => {
    const { updated, door } = await deployed(["cloud"]);
    door.taken.push("cloud");
    const { outputs } = await updated(cloud);
    expect(door.applied[0]).toMatchObject({ target: { name: "cloud" }, lost: { host: "rack" } });
    expect(outputs).toMatchObject({ placement: { host: "cloud" } });
  });

  it("is refused, saying where the data is, when it was not", async () => {
    const { updated, door } = await deployed(["cloud"]);
    await expect(updated(cloud)).rejects.toMatchObject({
      message: expect.stringContaining("shop and its data are on rack"),
      hint: expect.stringContaining("dray restore shop --to cloud"),
    });
    expect(door.applied).toEqual([]);
  });
});

describe("an update while the source is written down as lost", () => {
  const lost = ["machine-rack"];

  it("fetches nothing from it, and goes on with what a restore has put on the wanted host, or found there", async () => {
    const { updated, door } = await deployed(["cloud"]);
    door.serving.push("cloud");
    await updated(cloud, {}, false, { lost });
    expect([door.applied[0]?.target.name, door.applied[0]?.source]).toEqual(["cloud", undefined]);
    expect(said.join()).toContain("rack was declared lost");
  });

  it("is refused where it was another workload that was restored: this one would begin without its data", async () => {
    const { updated, door } = await deployed(["cloud"]);
    await expect(updated(cloud, {}, false, { lost })).rejects.toMatchObject({
      code: "DATA_PROTECTED",
      hint: "dray restore shop --to cloud",
    });
    expect(door.applied).toEqual([]);
  });

  it("is refused when it answers: nothing serves twice, nor begins anew without its data", async () => {
    const { updated, door } = await deployed(["rack", "cloud"]);
    door.serving.push("cloud");
    await expect(updated(cloud, {}, false, { lost })).rejects.toMatchObject({
      code: "DATA_PROTECTED",
      hint: expect.stringContaining("dray unpin rack"),
    });
    expect(door.applied).toEqual([]);
  });
});

describe("what moves left on other hosts", () => {
  const left = { state: "present" as const, drift: [], ownerId: undefined, leftBehind: [openMove] };

  it("is a difference once its host answers, and none while it does not", async () => {
    for (const answering of [["rack", "cloud"], ["rack"]]) {
      const { handler, door, id, outputs, inputs } = await deployed(answering);
      door.found = { rack: left };
      const seen = await handler.read({ ...operation("shop"), id, olds: outputs, oldInputs: inputs });
      const facts = { id, olds: seen?.outputs ?? {}, oldInputs: inputs, news: inputs, ignoreChanges: [] };
      expect((await handler.diff({ ...operation("shop"), ...facts })).changed).toBe(answering.includes("cloud"));
    }
  });

  it("is given to the next apply", async () => {
    const { updated, door } = await deployed(["rack", "cloud"]);
    await updated(rack, { leftBehind: [openMove] });
    expect(door.applied[0]?.left?.map(({ name }) => name)).toEqual(["cloud"]);
    await updated(cloud, { leftBehind: [openMove] });
    expect(door.applied[1]?.left).toEqual([]);
  });
});

describe("what other hosts forward to a workload", () => {
  const from = { host: "cloud", machineId: "machine-cloud", engineId: "engine-cloud" };

  it.each([
    { amiss: ["cloud"], answering: ["rack", "cloud"], changed: true },
    { amiss: [], answering: ["rack", "cloud"], changed: false },
    { amiss: ["cloud"], answering: ["rack"], changed: false },
  ])("is a difference where $answering answer and $amiss do not forward as they should: $changed", async (one) => {
    const { handler, door, id, outputs, inputs } = await deployed(one.answering);
    door.amiss.push(...one.amiss);
    door.found = { rack: { state: "present", drift: [], ownerId: undefined, forwardedFrom: [from] } };
    const seen = await handler.read({ ...operation("shop"), id, olds: outputs, oldInputs: inputs });
    const facts = { id, olds: seen?.outputs ?? {}, oldInputs: inputs, news: inputs, ignoreChanges: [] };
    expect((await handler.diff({ ...operation("shop"), ...facts })).changed).toBe(one.changed);
  });

  it("is given to the next apply", async () => {
    const { updated, door } = await deployed(["rack", "cloud"]);
    door.forwarding = [from];
    await updated(rack);
    expect(door.applied[0]?.old?.map(({ name }) => name)).toEqual(["cloud"]);
  });

  it("is looked at again when the program names another way to where it lives, and only where somebody forwards", async () => {
    const { handler, id, outputs, inputs } = await deployed(["rack"]);
    const news = { ...inputs, host: { ...recordOf(inputs.host), traits: { privateAddress: "192.168.0.11" } } };
    const diff = async (olds: PlainRecord) =>
      Object.keys(
        (await handler.diff({ ...operation("shop"), id, olds, oldInputs: inputs, news, ignoreChanges: [] })).detailedDiff ?? {},
      );
    expect([await diff({ ...outputs, forwardedFrom: ["cloud"] }), await diff(outputs)]).toEqual([["host.traits"], []]);
  });

  it("is known of a host that is lost: they are given to the apply that begins it anew, reached as they were last", async () => {
    const { updated, door, hosts, outputs } = await deployed(["cloud"]);
    door.serving.push("cloud");
    const attic = { ...refOf("attic"), traits: { privateAddress: "192.168.0.13" } };
    const state = { formerHosts: [refOf("cloud"), attic] as unknown as PlainRecord[], placement: outputs.placement ?? null };
    hosts.known.splice(0);
    const lost = { lost: ["machine-rack"] };
    await updated(cloud, state, false, lost);
    // attic does not answer; cloud is where it lives now.
    expect(door.applied[0]).toMatchObject({ target: { name: "cloud" }, former: [{ host: "attic", machineId: "machine-attic" }] });
    hosts.machines.attic = "attic";
    await updated(cloud, state, false, lost);
    expect(door.applied[1]?.old?.map(({ name }) => name)).toEqual(["attic"]);
  });

  it("is found on the hosts of the run when the state knows nothing of the workload, as where its machine was rebuilt", async () => {
    const { handler, door, hosts, inputs } = await deployed(["rack", "cloud"]);
    for (const ref of [rack, cloud]) await hosts.open(ref);
    door.ended.push("cloud");
    await handler.create({ ...operation("shop"), news: inputs, preview: false });
    expect([door.applied[0]?.old, door.applied[0]?.former]).toEqual([undefined, undefined]);
    door.ended.splice(0);
    door.amiss.push("cloud");
    await handler.create({ ...operation("shop"), news: inputs, preview: false });
    expect(door.applied[1]).toMatchObject({ old: [{ name: "cloud" }], former: [{ host: "cloud", machineId: "machine-cloud" }] });
  });

  it("is called by the name that its host has by now", async () => {
    const { handler, updated, door, hosts, id, outputs, inputs } = await deployed(["rack", "cloud"]);
    hosts.known.splice(0);
    hosts.know({ ...cloud, name: "attic" });
    hosts.machines.attic = "cloud";
    door.forwarding = [from];
    door.found = { rack: { state: "present", drift: [], ownerId: undefined, forwardedFrom: [from] } };
    const seen = await handler.read({ ...operation("shop"), id, olds: outputs, oldInputs: inputs });
    const [planned, applied] = [await updated(rack, {}, true), await updated(rack)];
    for (const { outputs } of [seen ?? { outputs: {} }, planned, applied])
      expect(outputs).toMatchObject({ forwardedFrom: ["attic"] });
  });

  it("is kept in the state as it is reached, for that day", async () => {
    const { updated, door, hosts } = await deployed(["rack", "cloud"]);
    hosts.know(refOf("cloud"));
    door.forwarding = [from];
    const { outputs } = await updated(rack);
    expect(outputs).toMatchObject({ forwardedFrom: ["cloud"], formerHosts: [{ name: "cloud", machineId: "machine-cloud" }] });
  });

  it("is no more what one does that was told to end, at once and in the preview", async () => {
    const { handler, updated, door, id, outputs, inputs } = await deployed(["rack", "cloud"]);
    door.found = { rack: { state: "present", drift: [], ownerId: undefined, forwardedFrom: [from] } };
    door.forwarding = [from];
    const read = async () => (await handler.read({ ...operation("shop"), id, olds: outputs, oldInputs: inputs }))?.outputs;
    expect(await read()).toMatchObject({ forwardedFrom: ["cloud"] });
    expect((await updated(rack, {}, true)).outputs).toMatchObject({ forwardedFrom: ["cloud"] });
    door.ended.push("cloud");
    expect((await read())?.forwardedFrom).toEqual([]);
    expect((await updated(rack, {}, true)).outputs).toMatchObject({ forwardedFrom: [] });
  });

  it("is not foreseen of a source from which the target cannot be dialled", async () => {
    for (const [address, from] of [["10.0.0.12", ["rack"]] as const, ["127.0.0.1", []] as const]) {
      const { updated, hosts } = await deployed(["rack", "cloud"], { services: { web: { image: "nginx:1", ports: ["80:80"] } } });
      hosts.addresses.cloud = address;
      expect((await updated(cloud, {}, true)).outputs).toMatchObject({ forwardedFrom: from });
    }
  });

  it("is switched off by a change of the program alone", async () => {
    const { handler, id, outputs, inputs } = await deployed(["rack"]);
    const facts = { id, olds: outputs, oldInputs: inputs, ignoreChanges: [] };
    const diff = async (forward: boolean) =>
      Object.keys((await handler.diff({ ...operation("shop"), ...facts, news: { ...inputs, forward } })).detailedDiff ?? {});
    expect([await diff(false), await diff(true)]).toEqual([["forward"], []]);
  });
});

import { createIdentities } from "../../../sdk/provider/identities";
import type { PlainRecord } from "../../../sdk/provider/plain";
import { createWorkloadHandler } from "../../../sdk/provider/workload-resource";
import { DrayageError } from "../../../sdk/spec/drayage-error";
import { mintIdentity } from "../../../sdk/spec/identity";
import { UNKNOWN } from "../../../sdk/spec/unknown";
import { clock, FakeHosts, FakeRoom, inputsOf, operation, refOf, said, secretsAt, urnOf } from "./handler-harness";

const rack = refOf("rack");
const cloud = refOf("cloud");

function setUp(machines: Record<string, string> = { rack: "rack", cloud: "cloud" }, values: Record<string, string> = {}) {
  const hosts = new FakeHosts(machines);
  const door = new FakeRoom();
  const handler = createWorkloadHandler({ hosts, door, identities: createIdentities(), secrets: secretsAt(values), clock });
  const check = async (name: string, news: PlainRecord, olds: PlainRecord = {}) =>
    handler.check({ ...operation(name), olds, news, secretPaths: [] });
  const deploy = async (name: string, news: PlainRecord) => {
    const { inputs } = await check(name, news);
    const { id = "", outputs } = await handler.create({ ...operation(name), news: inputs, preview: false });
    return { id, outputs, inputs };
  };
  const update = (
    name: string,
    state: { id: string; outputs: PlainRecord; inputs: PlainRecord },
    news: PlainRecord,
    preview = false,
  ) =>
    handler.update({
      ...operation(name),
      id: state.id,
      olds: state.outputs,
      oldInputs: state.inputs,
      news: { ...news, identity: state.inputs.identity },
      ignoreChanges: [],
      preview,
    });
  const diff = async (name: string, state: { id: string; outputs: PlainRecord; inputs: PlainRecord }, news: PlainRecord) =>
    handler.diff({
      ...operation(name),
      id: state.id,
      olds: state.outputs,
      oldInputs: state.inputs,
      news: { ...news, identity: state.inputs.identity },
      ignoreChanges: [],
    });
  const read = (name: string, state: { id: string; outputs: PlainRecord; inputs: PlainRecord }) =>
    handler.read({ ...operation(name), id: state.id, olds: state.outputs, oldInputs: state.inputs });
  return { hosts, door, handler, check, deploy, update, diff, read };
}

beforeEach(() => said.splice(0));

describe("the identity of a workload", () => {
  it("is minted from stack, type and name, and copied from then on", async () => {
    const { check } = setUp();
    const first = await check("shop", inputsOf("shop", rack));
    expect(first.inputs.identity).toBe(mintIdentity("uid", "drayage:index:Workload", "shop"));
    const renamed = await setUp().check("store", inputsOf("store", rack), first.inputs);
    expect(renamed.inputs.identity).toBe(first.inputs.identity);
  });

  it("survives a replacement, whose Check gets no olds, also after a rename", async () => {
    const { check, diff, deploy } = setUp();
    const state = await deploy("shop", inputsOf("shop", rack));
    const other = setUp();
    await other.read("store", state);
    expect((await other.check("store", inputsOf("store", rack))).inputs.identity).toBe(state.inputs.identity);
    await diff("shop", state, inputsOf("shop", rack));
    expect((await check("shop", inputsOf("shop", rack))).inputs.identity).toBe(state.inputs.identity);
  });

  it("survives a rename and a replacement in one step, by the alias", async () => {
    const { deploy } = setUp();
    const state = await deploy("shop", inputsOf("shop", rack));
    const { read, check } = setUp();
    await read("shop", state);
    const checked = await check("store", inputsOf("store", rack, { formerNames: ["shop"] }));
    expect(checked.inputs.identity).toBe(state.inputs.identity);
  });

  it("cannot be had by two resources of a run", async () => {
    const { handler } = setUp();
    const first = { ...operation("shop"), olds: {}, news: inputsOf("shop", rack) };
    await handler.check(first);
    const nested = { ...first, urn: "urn:pulumi:dev::shop::my:App$drayage:index:Workload::shop" };
    expect((await handler.check(nested)).problems).toEqual([
      { path: "", reason: expect.stringContaining(`has the identity of ${urnOf("shop")}`) },
    ]);
  });

  it("needs the stack's uid, and says the one command that makes it", async () => {
    const { problems } = await setUp().check("shop", inputsOf("shop", rack, { stackUid: null }));
    expect(problems).toEqual([
      {
        path: "",
        reason: expect.stringMatching(/^STACK_UID_MISSING: .*pulumi config set --stack dev dray:stackUid [0-9a-f]{32}$/),
      },
    ]);
  });

  it("is not minted anew beside data that the stack has under the old one", async () => {
    const { door, check, handler } = setUp();
    door.left = ["shop"];
    const { inputs } = await check("shop", inputsOf("shop", rack));
    await expect(handler.create({ ...operation("shop"), news: inputs, preview: false })).rejects.toMatchObject({
      code: "DATA_PROTECTED",
    });
  });
});

describe("a workload that the state does not know", () => {
  const create = async (homes: string[], preview: boolean, machines?: Record<string, string>) => {
    const { door, check, handler, hosts } = setUp(machines);
    door.homes = homes;
    for (const { name, connection } of [rack, cloud]) {
      hosts.declare({ name, connection, base: "/program" });
      await hosts.open({ name }).catch(() => undefined);
    }
    const { inputs } = await check("shop", inputsOf("shop", rack));
    return handler.create({ ...operation("shop"), news: inputs, preview });
  };

  it("is not made a second time, on a host where it does not live, in preview neither", async () => {
    for (const preview of [true, false]) {
      await expect(create(["cloud"], preview)).rejects.toMatchObject({
        code: "DATA_PROTECTED",
        message: expect.stringContaining("lives on cloud"),
        hint: expect.stringContaining("host: cloud"),
      });
    }
  });

  it("is taken up where it lives, under whatever name that host has, and where nobody else answers", async () => {
    await expect(create(["rack"], false)).resolves.toMatchObject({ outputs: { placement: { host: "rack" } } });
    await expect(create(["cloud"], false, { rack: "one", cloud: "one" })).resolves.toBeDefined();
    await expect(create(["cloud"], false, { rack: "rack" })).resolves.toBeDefined();
  });
});

describe("Check of a workload", () => {
  it("tells the whole program's mistakes when the classes found some, and only these", async () => {
    const problems = [{ path: "rack: address", reason: "expected text" }];
    const checked = await setUp().check("shop", inputsOf("shop", rack, { problems, services: {} }));
    expect(checked.problems).toEqual(problems);
  });

  it("validates again what the classes let through, unknowns excepted", async () => {
    const { check } = setUp();
    const services = { web: { image: "nginx", replicas: -1, ports: UNKNOWN, environment: { A: UNKNOWN } } };
    expect((await check("shop", inputsOf("shop", rack, { services }))).problems).toEqual([
      { path: "services.web.replicas", reason: expect.any(String) },
    ]);
  });

  it("refuses a secret in the environment by its path", async () => {
    const { handler } = setUp();
    const secretPaths = [["services", "web", "environment", "PW"]];
    const news = inputsOf("shop", rack, { services: { web: { image: "nginx", environment: { PW: "hunter22" } } } });
    const { problems } = await handler.check({ ...operation("shop"), olds: {}, news, secretPaths });
    expect(problems).toEqual([{ path: "services.web.environment.PW", reason: expect.not.stringContaining("hunter22") }]);
  });
});

describe("Diff of a workload", () => {
  it("is none when nothing changed, whatever machine the program runs on", async () => {
    const { deploy, diff } = setUp();
    const state = await deploy("shop", inputsOf("shop", rack));
    expect(await diff("shop", state, inputsOf("shop", rack, { programDir: "/elsewhere" }))).toEqual({
      changed: false,
      detailedDiff: {},
    });
  });

  it("compares the wanted host with where it lives, not with what the program said last", async () => {
    const { deploy, diff } = setUp();
    const state = await deploy("shop", inputsOf("shop", rack));
    expect((await diff("shop", state, inputsOf("shop", cloud))).detailedDiff).toEqual({ "host.name": "update" });
    // Killed after the hand-over: the old inputs still say rack, and the line was changed back.
    const moved = {
      ...state,
      outputs: { ...state.outputs, placement: { host: "cloud", machineId: "machine-cloud", engineId: "engine-cloud" } },
    };
    expect((await diff("shop", moved, inputsOf("shop", rack))).changed).toBe(true);
    expect((await diff("shop", moved, inputsOf("shop", cloud))).detailedDiff).not.toHaveProperty(["host.name"]);
  });

  it("takes a new address of the same machine for a reconnect", async () => {
    const { deploy, diff } = setUp();
    const state = await deploy("shop", inputsOf("shop", rack));
    const elsewhere = { ...rack, connection: { kind: "ssh" as const, address: "10.9.9.9" } };
    expect((await diff("shop", state, inputsOf("shop", elsewhere))).detailedDiff).toEqual({
      "host.connection.address": "update",
    });
  });

  it("is never none while a move is open, while another owns it, or for a host that is not known yet", async () => {
    const { deploy, diff } = setUp();
    const state = await deploy("shop", inputsOf("shop", rack));
    const with_ = (more: PlainRecord) => ({ ...state, outputs: { ...state.outputs, ...more } });
    const openMove = { host: "cloud", machineId: "m", engineId: "e" };
    expect((await diff("shop", with_({ openMove }), inputsOf("shop", rack))).detailedDiff).toEqual({ placement: "update" });
    expect((await diff("shop", with_({ ownerId: "other" }), inputsOf("shop", rack))).detailedDiff).toEqual({ ownerId: "update" });
    const unborn = { ...cloud, engineId: UNKNOWN };
    expect((await diff("shop", state, inputsOf("shop", unborn))).detailedDiff).toEqual({ "host.engineId": "update" });
  });
});

describe("Create and Update of a workload", () => {
  it("adopts under its identity with an incarnation of its own, and keeps the key of its secrets secret", async () => {
    const { check, handler, door } = setUp();
    const { inputs } = await check("shop", inputsOf("shop", rack));
    const created = await handler.create({ ...operation("shop"), news: inputs, preview: false });
    expect(created.id).toMatch(/^shop-[0-9a-f]{12}$/);
    expect(created.secretOutputs).toEqual([["secretKey"]]);
    expect(door.applied[0]?.owner).toEqual({ stackUid: "uid", project: "shop", stack: "dev", id: created.id });
    expect(created.outputs).toMatchObject({ identity: inputs.identity, placement: { host: "rack", machineId: "machine-rack" } });
  });

  it("gives its id also when it failed after taking ownership", async () => {
    const { check, handler, door } = setUp();
    door.failure = new DrayageError("GATE_FAILED", "not healthy");
    const { inputs } = await check("shop", inputsOf("shop", rack));
    const created = await handler.create({ ...operation("shop"), news: inputs, preview: false });
    expect(created).toMatchObject({ id: expect.stringMatching(/^shop-/), error: { code: "GATE_FAILED" } });
  });

  it("changes nothing in preview, and plans for an empty machine where the host does not exist yet", async () => {
    const { check, handler, door, hosts } = setUp();
    const unborn = { ...cloud, connection: { kind: "ssh" as const, address: UNKNOWN }, engineId: UNKNOWN };
    const { inputs } = await check("shop", inputsOf("shop", unborn));
    const created = await handler.create({ ...operation("shop"), news: inputs, preview: true });
    expect(created.outputs).toMatchObject({ identity: inputs.identity, receipt: UNKNOWN });
    expect([door.previewed, door.applied, hosts.dialled]).toEqual([[], [], []]);
    expect(door.unborn).toMatchObject([{ host: "cloud", identity: inputs.identity, spec: { name: "shop" } }]);
  });

  it("asks no host whose engine this up will start, known as it may be", async () => {
    const { handler, door, hosts, check, deploy, update } = setUp();
    const state = await deploy("shop", inputsOf("shop", rack));
    hosts.dialled.splice(0);
    hosts.awaited.add("rack");
    await update("shop", state, inputsOf("shop", rack), true);
    expect(said.join()).toContain("unknown until rack can be reached");
    const { inputs } = await check("other", inputsOf("other", rack));
    await handler.create({ ...operation("other"), news: inputs, preview: true });
    expect([door.unborn.map(({ host }) => host), hosts.dialled]).toEqual([["rack"], []]);
  });

  it("that runs already says that it would be moved to a host that does not exist yet, and not more", async () => {
    const { deploy, update, door } = setUp();
    const state = await deploy("shop", inputsOf("shop", rack));
    const unborn = { ...cloud, connection: { kind: "ssh" as const, address: UNKNOWN }, engineId: UNKNOWN };
    await update("shop", state, inputsOf("shop", unborn), true);
    expect(said.join()).toContain("moved there from rack");
    expect(door.unborn).toEqual([]);
  });

  it("moves when the machine changes, with what runs now, and records where it ended", async () => {
    const { deploy, update, door } = setUp();
    const state = await deploy("shop", inputsOf("shop", rack));
    const news = inputsOf("shop", cloud, { services: { web: { image: "nginx:2" } } });
    const { outputs } = await update("shop", state, news);
    const wish = door.applied.at(-1);
    expect([wish?.source?.name, wish?.target.name]).toEqual(["rack", "cloud"]);
    expect(wish?.running?.spec.services.web?.image).toMatchObject({ ref: expect.stringContaining("nginx:1") });
    expect(outputs).toMatchObject({ placement: { host: "cloud" }, placements: { cloud: { name: "cloud" } } });
  });

  it("records the source as its place when a move did not pass its pivot", async () => {
    const { deploy, update, door } = setUp();
    const state = await deploy("shop", inputsOf("shop", rack));
    door.livesOnSource = true;
    door.failure = new DrayageError("MOVE_FAILED", "no");
    const { outputs, error } = await update("shop", state, inputsOf("shop", cloud));
    expect(outputs).toMatchObject({ placement: { host: "rack" } });
    expect(error).toMatchObject({ code: "MOVE_FAILED" });
  });

  it("keeps in state what ran, and what data was proved to be on its last move", async () => {
    const { deploy, update, door } = setUp();
    const news = { ...inputsOf("shop", rack), volumes: { data: {} } };
    const proof = { hash: "d1", at: "2026-01-01T00:00:00Z" };
    const ran = { hash: "h", images: { web: "cafe.01" }, configurations: {}, secrets: {} };
    door.receipt = { ...ran, data: { data: proof, gone: proof } };
    const state = await deploy("shop", news);
    expect(state.outputs.receipt).toEqual(door.receipt);
    door.receipt = { ...ran, hash: "next", data: {} };
    const next = await update("shop", state, news);
    expect(next.outputs.receipt).toEqual({ ...door.receipt, data: { data: proof } });
    // A failure leaves what was known; an earlier version kept the hash alone.
    door.receipt = undefined;
    const old = { ...state, outputs: { ...state.outputs, receipt: "old hash" } };
    expect((await update("shop", old, news)).outputs.receipt).toMatchObject({ hash: "old hash", images: {} });
  });

  it("does not move to the same machine under another name", async () => {
    const { deploy, update, door } = setUp({ rack: "rack", alias: "rack" });
    const state = await deploy("shop", inputsOf("shop", rack));
    await update("shop", state, inputsOf("shop", refOf("alias", "rack")));
    expect(door.applied.at(-1)?.source).toBeUndefined();
  });

  it("stays where a pin keeps it, until the program says something else than when it was pinned", async () => {
    const { deploy, update, door, diff } = setUp();
    const state = await deploy("shop", inputsOf("shop", rack));
    const pin = { host: "rack", instead: "cloud" };
    expect((await diff("shop", state, inputsOf("shop", cloud, { pin }))).changed).toBe(false);
    await update("shop", state, inputsOf("shop", cloud, { pin }), true);
    expect(door.previewed.at(-1)?.source).toBeUndefined();
    expect(said.join()).toContain("pinned to rack");
    await update("shop", state, inputsOf("shop", cloud, { pin: { host: "rack", instead: "third" } }), true);
    expect(door.previewed.at(-1)?.source?.name).toBe("rack");
  });
});

describe("Read of a workload", () => {
  it("tells drift beside the stored inputs, which stay whole, and Diff then sees it", async () => {
    const { deploy, read, diff, door } = setUp();
    const state = await deploy("shop", inputsOf("shop", rack));
    door.found = { rack: { state: "present", ownerId: state.id, drift: [{ path: "services.web.replicas", was: 1, is: 0 }] } };
    const seen = await read("shop", state);
    expect(seen?.inputs.services).toEqual(state.inputs.services);
    const { detailedDiff } = await diff("shop", { ...state, inputs: seen?.inputs ?? {} }, inputsOf("shop", rack));
    expect(detailedDiff).toEqual({ "services.web.replicas": "update" });
    door.found = {};
    expect((await read("shop", { ...state, inputs: seen?.inputs ?? {} }))?.inputs).toEqual(state.inputs);
  });

  it("is empty only when it is gone", async () => {
    const { deploy, read, door } = setUp();
    const state = await deploy("shop", inputsOf("shop", rack));
    door.found = { rack: { state: "gone", drift: [], ownerId: undefined } };
    expect(await read("shop", state)).toBeUndefined();
  });

  it("keeps what was last known, with a warning, when the host does not answer", async () => {
    const { deploy } = setUp();
    const state = await deploy("shop", inputsOf("shop", rack));
    const { read } = setUp({});
    expect(await read("shop", state)).toEqual({ id: state.id, outputs: state.outputs, inputs: state.inputs });
    expect(said.join()).toContain("did not answer");
  });

  it("follows a hand-over to the machine that has it now", async () => {
    const { deploy, read, door, hosts } = setUp();
    const state = await deploy("shop", inputsOf("shop", rack));
    hosts.know(cloud);
    const handover = { host: "cloud", machineId: "machine-cloud", engineId: "engine-cloud" };
    door.found = { rack: { state: "present", drift: [], ownerId: state.id, handover } };
    expect((await read("shop", state))?.outputs).toMatchObject({ placement: handover });
  });

  it("shows an owner of another life as drift", async () => {
    const { deploy, read, diff, door } = setUp();
    const state = await deploy("shop", inputsOf("shop", rack));
    door.found = { rack: { state: "present", drift: [], ownerId: "shop-other" } };
    const seen = await read("shop", state);
    expect((await diff("shop", { ...state, outputs: seen?.outputs ?? {} }, inputsOf("shop", rack))).detailedDiff).toEqual({
      ownerId: "update",
    });
  });
});

describe("Delete of a workload", () => {
  it("leaves running what a replacement has taken over, and the replacement keeps the secrets' key", async () => {
    const { deploy, diff, check, handler, door } = setUp();
    const old = await deploy("shop", inputsOf("shop", rack));
    await diff("shop", old, inputsOf("shop", rack));
    const { inputs } = await check("shop", inputsOf("shop", rack));
    const created = await handler.create({ ...operation("shop"), news: inputs, preview: false });
    expect(door.applied.at(-1)?.secretKey).toBe(old.outputs.secretKey);
    await handler.delete({ ...operation("shop"), id: old.id, olds: old.outputs, oldInputs: old.inputs });
    expect(said.join()).toContain(`belongs to ${created.id} by now: left running`);
  });
});

describe("a secret of a workload that is somewhere else", () => {
  const services = { db: { image: "postgres:16", secrets: { pg: { from: "environment", name: "PG" } } } };
  const program = () => inputsOf("shop", rack, { services });
  const machines = { rack: "rack" };
  const at = (value: string) => ({ "the variable PG": value });

  it("is read at the apply; the state keeps a version and no value", async () => {
    const { deploy, door } = setUp(machines, at("hunter22"));
    const { outputs } = await deploy("shop", program());
    expect(door.applied[0]?.secrets).toEqual({ db: { pg: "hunter22" } });
    expect(outputs.secretVersions).toMatchObject({ db: { pg: { version: 1 } } });
    expect(JSON.stringify(outputs)).not.toContain("hunter22");
  });

  it("that is missing stops an apply before it begins, with every place and what to do", async () => {
    const { check, handler, door } = setUp(machines);
    const { inputs } = await check("shop", program());
    const failing = handler.create({ ...operation("shop"), news: inputs, preview: false });
    await expect(failing).rejects.toMatchObject({
      code: "SECRET_MISSING",
      subject: "shop",
      message: "services.db.secrets.pg: the variable PG is missing",
      hint: "put it there",
    });
    expect(door.applied).toEqual([]);
  });

  it("that is missing is told in a preview, which goes on: with what the state remembers, so that nothing looks changed", async () => {
    const state = await setUp(machines, at("hunter22")).deploy("shop", program());
    const elsewhere = setUp(machines);
    await elsewhere.read("shop", state);
    expect(said.join()).toMatch(/services\.db\.secrets\.pg: the variable PG is missing; whether it changed is unknown here/);
    await elsewhere.update("shop", state, program(), true);
    const here = setUp(machines, at("hunter22"));
    await here.update("shop", state, program(), true);
    expect(elsewhere.door.previewed[0]?.secretMarks).toEqual(here.door.previewed[0]?.secretMarks);
  });

  it("that was rotated shows as versions, and counts when the apply has succeeded", async () => {
    const state = await setUp(machines, at("hunter22")).deploy("shop", program());
    const rotated = setUp(machines, at("hunter23"));
    await rotated.update("shop", state, program(), true);
    expect(rotated.door.previewed[0]?.notes).toEqual(["secret pg: version 1 → 2 (db)"]);
    rotated.door.failure = new Error("gate failed");
    expect((await rotated.update("shop", state, program())).outputs.secretVersions).toEqual(state.outputs.secretVersions);
    rotated.door.failure = undefined;
    const { outputs } = await rotated.update("shop", state, program());
    expect(outputs.secretVersions).toMatchObject({ db: { pg: { version: 2 } } });
  });

  it("that comes from elsewhere now but is the same is no other version", async () => {
    const state = await setUp(machines, at("hunter22")).deploy("shop", program());
    const { update } = setUp(machines, { "the file pg": "hunter22" });
    const moved = inputsOf("shop", rack, {
      services: { db: { image: "postgres:16", secrets: { pg: { from: "file", path: "pg" } } } },
    });
    expect((await update("shop", state, moved)).outputs.secretVersions).toEqual(state.outputs.secretVersions);
  });

  it("is carried by a move with the value it has now, where the old place has it no more", async () => {
    const state = await setUp(machines, at("hunter22")).deploy("shop", program());
    const { update, door } = setUp({ rack: "rack", cloud: "cloud" }, { "the file pg": "hunter22" });
    const moved = inputsOf("shop", cloud, {
      services: { db: { image: "postgres:16", secrets: { pg: { from: "file", path: "pg" } } } },
    });
    await update("shop", state, moved);
    expect(door.applied[0]?.running?.secrets).toEqual({ db: { pg: "hunter22" } });
  });
});

describe("Import of a workload", () => {
  const identity = "0123456789abcdef0123456789abcdef";
  const importing = async (id: string, found: FakeRoom["found"] = {}) => {
    const { handler, door, hosts, check, diff, update } = setUp({ rack: "rack", "10.9.9.9": "rack", cloud: "cloud" });
    hosts.declare({ name: "rack", connection: { kind: "ssh", address: "rack.example", user: "deploy" }, base: "/program" });
    door.found = found;
    const read = await handler.read({ ...operation("shop"), id, olds: {}, oldInputs: {}, secretPaths: [] });
    return { read, check, diff, update, door };
  };

  it("finds it on the program's host at that address, and takes its inputs from the program", async () => {
    const { read, check, diff, update, door } = await importing(`ssh://deploy@rack.example/${identity}`, {
      rack: { state: "present", drift: [], ownerId: "shop-000000000001" },
    });
    expect(read).toMatchObject({
      id: `ssh://deploy@rack.example/${identity}`,
      outputs: { identity, ownerId: "shop-000000000001", placement: { host: "rack" } },
    });
    expect(read?.secretOutputs).toEqual([["secretKey"]]);
    const { inputs, problems } = await check("shop", inputsOf("shop", rack), read?.inputs);
    expect([inputs.identity, problems]).toEqual([identity, []]);
    const state = { id: read?.id ?? "", outputs: read?.outputs ?? {}, inputs: read?.inputs ?? {} };
    expect((await diff("shop", state, inputsOf("shop", rack))).changed).toBe(true);
    await update("shop", state, inputsOf("shop", rack));
    expect(door.applied.at(-1)).toMatchObject({ identity, owner: { id: state.id }, secretKey: state.outputs.secretKey });
    await expect(update("shop", state, inputsOf("shop", cloud), true)).rejects.toMatchObject({ code: "MOVE_REFUSED" });
  });

  it("is refused what another stack owns", async () => {
    const owner = { stackUid: "uid", project: "shop", stack: "prod", id: "shop-000000000001" };
    const found = { rack: { state: "present", drift: [], ownerId: owner.id, owner } } as const;
    await expect(importing(`ssh://rack.example/${identity}`, found)).rejects.toMatchObject({ code: "OWNED_ELSEWHERE" });
    const ours = { rack: { ...found.rack, owner: { ...owner, stack: "dev" } } };
    expect((await importing(`ssh://rack.example/${identity}`, ours)).read).toBeDefined();
  });

  it("reaches a host that the program does not have by what the ID says alone", async () => {
    const { read } = await importing(`ssh://deploy@10.9.9.9:2222/${identity}`, {
      "10.9.9.9": { state: "present", drift: [], ownerId: undefined },
    });
    const connection = { kind: "ssh", address: "10.9.9.9", user: "deploy", port: 2222 };
    expect(read?.outputs).toMatchObject({ placements: { "10.9.9.9": { connection } } });
  });

  it("is empty where nothing of it is, and refused where it went from, or by an ID that is none", async () => {
    const gone = { state: "gone", drift: [], ownerId: undefined } as const;
    const handover = { host: "cloud", machineId: "m", engineId: "e" };
    const id = `ssh://rack.example/${identity}`;
    expect((await importing(id, { rack: gone })).read).toBeUndefined();
    await expect(importing(id, { rack: { ...gone, handover } })).rejects.toMatchObject({ code: "WORLD_MOVED" });
    await expect(importing("shop")).rejects.toMatchObject({
      code: "USAGE",
      hint: expect.stringContaining("ssh://user@host/identity"),
    });
  });

  it("without a program says that the program has to say it", async () => {
    const { read, check } = await importing(`ssh://rack.example/${identity}`);
    const { problems } = await check("shop", read?.inputs ?? {}, read?.inputs);
    expect(problems).toEqual([{ path: "", reason: expect.stringContaining("the program has to say what it is") }]);
  });
});

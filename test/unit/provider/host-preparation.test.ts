import type { Plan } from "../../../sdk/engine/plan/plan";
import type { EnrolDoor } from "../../../sdk/provider/engine-doors";
import { createHostHandler } from "../../../sdk/provider/host-resource";
import type { PlainRecord } from "../../../sdk/provider/plain";
import { DrayageError } from "../../../sdk/spec/drayage-error";
import { UNKNOWN } from "../../../sdk/spec/unknown";
import { clock, FakeHosts, FakePrepareDoor, operation as request, said } from "./handler-harness";

const given: PlainRecord = { name: "rack", address: "rack.example", stackUid: "uid", programDir: "/program" };
const inputs: PlainRecord = { ...given, prepare: { dataDisk: { device: "/dev/disk/by-id/one" } } };
const bare = { "install engine": "none is installed", "start engine": "now and at every boot" };
const plans: Plan[] = [];
const operation = () => {
  const made = request("rack", "drayage:index:Host");
  return { ...made, report: { ...made.report, plan: (plan: Plan) => void plans.push(plan) } };
};

function setUp({
  lacks = {},
  usable = true,
  answers = true,
}: {
  lacks?: Record<string, string>;
  usable?: boolean;
  answers?: boolean;
} = {}) {
  const hosts = new FakeHosts(answers ? { rack: "one" } : {});
  const door = Object.assign(new FakePrepareDoor(), { lacks, usable });
  const handler = createHostHandler({
    kind: "ssh",
    hosts,
    removed: () => false,
    enrolment: {} as EnrolDoor,
    prepare: door,
    clock,
  });
  return { hosts, door, handler };
}

const olds: PlainRecord = {
  name: "rack",
  connection: { kind: "ssh", address: "rack.example" },
  engineId: "engine-one",
  machineId: "0123456789abcdef0123456789abcdef",
  arch: "arm64",
};
const update = (preview: boolean, news = inputs) => ({
  ...operation(),
  ...{ id: "rack-1", olds, oldInputs: inputs, news, ignoreChanges: [], preview },
});

beforeEach(() => {
  said.splice(0);
  plans.splice(0);
});

describe("a Host that is to be prepared", () => {
  it("costs nothing where the program asks for nothing", async () => {
    const { door, handler } = setUp();
    door.preview = () => Promise.reject(new Error("looked at"));
    await handler.create({ ...operation(), news: given, preview: true });
    await handler.read({ ...operation(), id: "rack-1", olds, oldInputs: given });
    expect(plans).toEqual([]);
  });

  it("says in preview what would be done, and of the machine what can be seen without an engine", async () => {
    const { hosts, handler } = setUp({ lacks: bare, usable: false });
    const { outputs } = await handler.create({ ...operation(), news: inputs, preview: true });
    expect(plans.map(({ operations }) => operations.map(({ id }) => id))).toEqual([["install engine", "start engine"]]);
    expect(outputs).toMatchObject({ machineId: olds.machineId, arch: "arm64", engineId: UNKNOWN, hostKey: UNKNOWN });
    expect([hosts.dialled, [...hosts.awaited]]).toEqual([[], ["rack"]]);
  });

  it("is prepared and then measured in one apply", async () => {
    const { door, handler, hosts } = setUp({ lacks: bare, usable: false });
    const { id, outputs } = await handler.create({ ...operation(), news: inputs, preview: false });
    expect(door.applied).toHaveLength(1);
    expect(hosts.dialled).toEqual(["rack"]);
    expect([id, outputs.engineId]).toEqual([expect.stringMatching(/^rack/), "engine-one"]);
  });

  it("whose machine does not exist yet is planned as one that nobody has touched", async () => {
    const { handler, hosts } = setUp({ answers: false });
    const { outputs } = await handler.create({ ...operation(), news: { ...inputs, address: UNKNOWN }, preview: true });
    expect(plans[0]?.operations[0]).toMatchObject({ id: "install engine", cause: "rack does not exist yet" });
    expect([outputs.engineId, hosts.dialled]).toEqual([UNKNOWN, []]);
    const unknownDisk = { ...inputs, prepare: { dataDisk: { device: UNKNOWN } } };
    await handler.create({ ...operation(), news: unknownDisk, preview: true });
    expect(plans).toHaveLength(2);
  });

  it("shows drift in Read and Diff, by path, and none after it was repaired", async () => {
    const { door, handler } = setUp({
      lacks: { "change daemon.json": "live-restore missing", "guard engine": "its drop-in differs" },
    });
    const drifted = await handler.read({ ...operation(), id: "rack-1", olds, oldInputs: inputs });
    expect(drifted?.inputs).toEqual({
      ...inputs,
      drift: { "prepare.daemon": "live-restore missing", "prepare.dataDisk": "its drop-in differs" },
    });
    const diff = { ...operation(), id: "rack-1", olds, oldInputs: drifted?.inputs ?? {}, news: inputs, ignoreChanges: [] };
    expect(await handler.diff(diff)).toEqual({
      changed: true,
      detailedDiff: { "prepare.daemon": "update", "prepare.dataDisk": "update" },
    });
    await handler.update(update(false));
    expect(door.applied).toHaveLength(1);
    const repaired = await handler.read({ ...operation(), id: "rack-1", olds, oldInputs: drifted?.inputs ?? {} });
    expect(repaired?.inputs).toEqual(inputs);
  });

  it("keeps what is known of it in the preview that would start its engine again", async () => {
    const { handler, hosts } = setUp({ lacks: { "start engine": "not running" }, usable: false, answers: false });
    const seen = await handler.read({ ...operation(), id: "rack-1", olds, oldInputs: inputs });
    expect(seen).toMatchObject({ outputs: olds, inputs: { drift: { "prepare.engine": "not running" } } });
    expect(said.join()).toContain("showing what was last known");
    const { outputs } = await handler.update(update(true));
    expect(outputs).toMatchObject({ engineId: "engine-one", machineId: olds.machineId });
    expect([...hosts.awaited]).toEqual(["rack"]);
  });

  it("whose data disk is refused has drift in Read, and the refusal in the preview that follows", async () => {
    const { door, handler } = setUp();
    door.refusal = new DrayageError("DISK_REFUSED", "there is no /dev/disk/by-id/one");
    const seen = await handler.read({ ...operation(), id: "rack-1", olds, oldInputs: inputs });
    expect(seen?.inputs).toMatchObject({ drift: { "prepare.dataDisk": "there is no /dev/disk/by-id/one" } });
    await expect(handler.update(update(true))).rejects.toMatchObject({ code: "DISK_REFUSED" });
  });

  it("that cannot be looked at for want of sudo is said not to be compared, and fails no preview", async () => {
    const { door, handler } = setUp();
    door.refusal = new DrayageError("SUDO_REQUIRED", "deploy has no password-less sudo on rack");
    const seen = await handler.read({ ...operation(), id: "rack-1", olds, oldInputs: inputs });
    expect([seen?.inputs, said]).toEqual([inputs, [expect.stringContaining("no password-less sudo")]]);
  });

  it("that is another machine is refused before anything is done to it, until the program says rebuilt", async () => {
    const { door, handler } = setUp({ lacks: bare });
    door.machineId = "f".repeat(32);
    for (const preview of [true, false])
      await expect(handler.update(update(preview))).rejects.toMatchObject({ code: "HOST_REPLACED" });
    expect([door.applied, plans]).toEqual([[], []]);
    await handler.update(update(false, { ...inputs, rebuilt: olds.machineId ?? "" }));
    expect(door.applied).toHaveLength(1);
  });

  it("is asked again over a new login where the old one is from before its user joined the group", async () => {
    const { handler, hosts } = setUp();
    const open = hosts.open.bind(hosts);
    let denied = 1;
    hosts.open = async (ref) => {
      if (denied-- > 0) throw new DrayageError("DOCKER_PERMISSION", "the user may not");
      return open(ref);
    };
    const { outputs } = await handler.create({ ...operation(), news: inputs, preview: false });
    expect([outputs.engineId, hosts.forgotten]).toEqual(["engine-one", ["rack"]]);
  });

  it("does not go with another socket than the one it sets up", () => {
    const { handler } = setUp();
    const checked = handler.check({ ...operation(), olds: {}, news: { ...inputs, socket: "/run/user/1000/docker.sock" } });
    expect(checked).toMatchObject({ problems: [{ path: "socket", reason: expect.stringContaining("prepare") }] });
  });
});

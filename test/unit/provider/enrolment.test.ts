import { enrolOperations } from "../../../sdk/engine/host/enrol/enrol-plan";
import type { Operation, Plan } from "../../../sdk/engine/plan/plan";
import { silentReport } from "../../../sdk/engine/report";
import type { EnrolDoor, EnrolWish, Hosts } from "../../../sdk/provider/engine-doors";
import { createEnrolmentHandler } from "../../../sdk/provider/enrolment-resource";
import { HostArrival } from "../../../sdk/provider/host-arrival";
import { createHostKeyHandler } from "../../../sdk/provider/host-key-resource";
import { createHostHandler } from "../../../sdk/provider/host-resource";
import type { PlainRecord } from "../../../sdk/provider/plain";
import type { PrepareDoor } from "../../../sdk/provider/prepare-wish";
import { DrayageError } from "../../../sdk/spec/drayage-error";
import { UNKNOWN } from "../../../sdk/spec/unknown";
import { ecdsaFingerprint, ecdsaKey, ed25519Key } from "../engine/connection/example-keys";
import { clock, FakeHosts, noPlan, operation as request } from "./handler-harness";

const injected = `${ecdsaKey.type} ${ecdsaKey.base64}`;
const own = `${ed25519Key.type} ${ed25519Key.base64}`;
const inputs: PlainRecord = { name: "cloud", address: "203.0.113.7", injected, stackUid: "uid", programDir: "/program" };
const operation = () => request("cloud", "drayage:index:Host");

class FakeDoor implements EnrolDoor {
  readonly enrolled: EnrolWish[] = [];
  readonly dropped: (EnrolWish & { own: string })[] = [];
  planArrival = async () => noPlan;
  planRemoval = async () => noPlan;

  async enrol(wish: EnrolWish): Promise<string> {
    this.enrolled.push(wish);
    return own;
  }

  async drop(wish: EnrolWish & { own: string }): Promise<void> {
    this.dropped.push(wish);
  }
}

/** A host as the connection yields it: the key that the dial was pinned to is the one that was verified. */
function setUp() {
  const door = new FakeDoor();
  const pins: (string | undefined)[] = [];
  const hosts = new (class extends FakeHosts {
    override async open(ref: Parameters<Hosts["open"]>[0]) {
      const hostKey = ref.connection.kind === "ssh" ? ref.connection.hostKey : undefined;
      pins.push(hostKey);
      const handle = await super.open(ref);
      return { ...handle, connection: { ...handle.connection, hostKey } };
    }
  })({ cloud: "one" });
  const handler = createHostHandler({
    kind: "ssh",
    hosts,
    removed: () => false,
    prepare: {} as PrepareDoor,
    enrolment: door,
    clock,
  });
  return { door, hosts, handler, pins };
}

type Handler = ReturnType<typeof setUp>["handler"];
const create = (handler: Handler, news: PlainRecord = inputs, preview = false) =>
  handler.create({ ...operation(), news, preview });
const update = (handler: Handler, olds: PlainRecord, news: PlainRecord, preview = false) =>
  handler.update({ ...operation(), id: "x", olds, oldInputs: inputs, news, ignoreChanges: [], preview });

describe("a Host with a HostKey", () => {
  it("is met by an up, which records the machine's own key and that the given one is spent", async () => {
    const { handler, door, pins } = setUp();
    const { outputs } = await create(handler);
    expect(door.enrolled).toMatchObject([{ name: "cloud", injected, connection: { address: "203.0.113.7" } }]);
    expect(pins).toEqual([own]);
    expect(outputs).toMatchObject({ hostKey: own, spentKeys: [ecdsaFingerprint] });
  });

  it("is not dialled by a preview, whether the machine exists or not", async () => {
    const { handler, door, pins } = setUp();
    for (const news of [inputs, { ...inputs, injected: UNKNOWN }, { ...inputs, address: UNKNOWN }]) {
      expect((await create(handler, news, true)).outputs).toMatchObject({ engineId: UNKNOWN, hostKey: UNKNOWN });
    }
    expect([door.enrolled, pins]).toEqual([[], []]);
  });

  it("is dialled by the recorded key from then on, in Read, Update and Delete", async () => {
    const { handler, door, pins } = setUp();
    const { outputs } = await create(handler);
    const again = setUp();
    const read = await again.handler.read({ ...operation(), id: "x", olds: outputs, oldInputs: inputs });
    expect(read?.outputs).toEqual(outputs);
    await update(again.handler, outputs, { ...inputs, user: "ops" });
    await again.handler.delete({ ...operation(), id: "x", olds: outputs, oldInputs: inputs });
    expect(again.pins).toEqual([own, own, own]);
    expect([door.enrolled.length, again.door.enrolled.length, pins.length]).toEqual([1, 0, 1]);
  });

  it("keeps its key when the resource is replaced, by what this process has seen of it", async () => {
    const { outputs } = await create(setUp().handler);
    const { handler, door, pins } = setUp();
    await handler.diff({ ...operation(), id: "x", olds: outputs, oldInputs: inputs, news: inputs, ignoreChanges: [] });
    expect((await create(handler)).outputs).toMatchObject({ hostKey: own, spentKeys: [ecdsaFingerprint] });
    expect([door.enrolled, pins]).toEqual([[], [own]]);
  });

  it("keeps its key when the HostKey is another one by now: the machine was not made again", async () => {
    const { outputs } = await create(setUp().handler);
    const { handler, door } = setUp();
    await update(handler, outputs, { ...inputs, injected: own });
    expect(door.enrolled).toEqual([]);
  });

  it("that is said to be rebuilt is met again, but never by a key that was given before", async () => {
    const { outputs } = await create(setUp().handler);
    const { handler, door } = setUp();
    await expect(update(handler, outputs, { ...inputs, rebuilt: "machine-one" })).rejects.toMatchObject({
      code: "HOST_KEY_CHANGED",
      hint: expect.stringContaining("HostKey of its own"),
    });
    expect(door.enrolled).toEqual([]);
    const { outputs: after } = await update(handler, outputs, { ...inputs, injected: own, rebuilt: "machine-one" });
    expect(door.enrolled).toMatchObject([{ injected: own }]);
    expect(after.spentKeys).toHaveLength(2);
  });

  it("that shows its given key again says what to do if it was made anew", async () => {
    const { outputs } = await create(setUp().handler);
    const { handler, hosts, door } = setUp();
    hosts.open = async () => {
      throw new DrayageError("HOST_KEY_CHANGED", `shows the key ${ecdsaFingerprint} (ecdsa-sha2-nistp256)`, { subject: "cloud" });
    };
    await expect(update(handler, outputs, { ...inputs, address: "203.0.113.8" })).rejects.toMatchObject({
      code: "HOST_KEY_CHANGED",
      hint: expect.stringContaining('rebuilt: "machine-one"'),
    });
    expect(door.enrolled).toEqual([]);
  });

  it("has one plan with what else is planned for it: the given key goes last", async () => {
    const step = (id: string) => enrolOperations("cloud").find((it) => it.id.startsWith(id)) as Operation;
    const door = new FakeDoor();
    door.planArrival = async () => ({ ...noPlan, subject: "cloud", operations: [step("await"), step("create"), step("remove")] });
    const told: Plan[] = [];
    const report = { ...silentReport, plan: (plan: Plan) => void told.push(plan) };
    const arrivals = new HostArrival({ kind: "ssh", door, clock });
    const { request: joined } = await arrivals.arrive({ ...operation(), report, news: inputs, preview: true }, {});
    joined.report.plan({ ...noPlan, subject: "cloud", operations: [{ ...step("await"), id: "install engine" }] });
    expect(told.at(-1)?.operations.map(({ id }) => id)).toEqual([
      "await cloud",
      "create host key",
      "install engine",
      "remove given key",
    ]);
  });

  it("that was pinned by hand to the given key is enrolled when it gets the HostKey itself", async () => {
    const { handler, door } = setUp();
    await update(handler, { hostKey: injected, machineId: "machine-one", engineId: "engine-one" }, inputs);
    expect(door.enrolled).toHaveLength(1);
  });
});

describe("its enrolment", () => {
  const enrolment = { ...inputs, hostKey: own };

  it("drops the given key by the recorded one, in an up only", async () => {
    const { door } = setUp();
    const handler = createEnrolmentHandler({ door, clock });
    expect((await handler.create({ ...operation(), news: enrolment, preview: true })).outputs).toEqual({ hostKey: own });
    expect(door.dropped).toEqual([]);
    expect((await handler.create({ ...operation(), news: enrolment, preview: false })).outputs).toEqual({ hostKey: own });
    expect(door.dropped).toMatchObject([{ name: "cloud", injected, own, connection: { address: "203.0.113.7" } }]);
  });

  it("has nothing to do for a new address, and something for another key", async () => {
    const handler = createEnrolmentHandler({ door: setUp().door, clock });
    const diff = (news: PlainRecord) =>
      handler.diff({ ...operation(), id: "x", olds: {}, oldInputs: enrolment, news, ignoreChanges: [] });
    expect(await diff({ ...enrolment, address: "203.0.113.8" })).toMatchObject({ changed: false });
    expect(await diff({ ...enrolment, hostKey: injected })).toMatchObject({ changed: true });
  });
});

describe("a HostKey", () => {
  const pair = { privateKey: "-----BEGIN", publicKey: injected, fingerprint: ecdsaFingerprint };
  const handler = createHostKeyHandler({ makePair: () => pair });
  const create = (preview: boolean) => handler.create({ ...operation(), news: { name: "cloud" }, preview });

  it("is made by an up, its private half a secret; a preview knows nothing of it", async () => {
    expect((await create(true)).outputs).toEqual({ privateKey: UNKNOWN, publicKey: UNKNOWN, fingerprint: UNKNOWN });
    expect(await create(false)).toEqual({ id: expect.any(String), outputs: pair, secretOutputs: [["privateKey"]] });
  });

  it("never changes, and stays a secret when it is read", async () => {
    const olds = { ...pair };
    const state = { ...operation(), id: "x", olds, oldInputs: { name: "cloud" } };
    expect(await handler.diff({ ...state, news: { name: "other" }, ignoreChanges: [] })).toMatchObject({ changed: false });
    expect(await handler.read(state)).toMatchObject({ outputs: olds, secretOutputs: [["privateKey"]] });
  });
});

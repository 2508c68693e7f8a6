import type { HostHandle } from "../../../sdk/engine/host/host-handle";
import { emptyHostRecord, type HostRecord } from "../../../sdk/engine/record/host-record";
import type { EnrolDoor } from "../../../sdk/provider/engine-doors";
import { createHostPool } from "../../../sdk/provider/host-pool";
import { createHostHandler } from "../../../sdk/provider/host-resource";
import type { PlainRecord } from "../../../sdk/provider/plain";
import { DrayageError } from "../../../sdk/spec/drayage-error";
import { UNKNOWN } from "../../../sdk/spec/unknown";
import { clock, FakeHosts, FakePrepareDoor, operation as request, said } from "./handler-harness";

const operation = (name: string) => request(name, "drayage:index:Host");
const inputs: PlainRecord = { name: "rack", address: "rack.example", stackUid: "uid", programDir: "/program" };

function setUp(
  machines: Record<string, string> = { rack: "one" },
  removed = false,
  forgetForwards: (host: HostHandle) => Promise<readonly string[]> = async () => [],
) {
  const hosts = new FakeHosts(machines);
  const prepare = new FakePrepareDoor();
  const parts = { hosts, removed: () => removed, enrolment: {} as EnrolDoor, prepare, clock, forgetForwards };
  return { hosts, handler: createHostHandler({ kind: "ssh", ...parts }) };
}

const created = async () => {
  const { id = "", outputs } = await setUp().handler.create({ ...operation("rack"), news: inputs, preview: false });
  return { id, outputs };
};
const updateWith = async (handler: ReturnType<typeof setUp>["handler"], news: PlainRecord) => {
  const { id, outputs } = await created();
  return handler.update({ ...operation("rack"), id, olds: outputs, oldInputs: inputs, news, ignoreChanges: [], preview: true });
};

beforeEach(() => said.splice(0));

describe("a Host", () => {
  it("is measured, in preview as well, and gives the key that was verified", async () => {
    const { handler } = setUp();
    const { outputs } = await handler.create({ ...operation("rack"), news: inputs, preview: true });
    expect(outputs).toEqual({
      name: "rack",
      connection: { kind: "ssh", address: "rack.example" },
      engineId: "engine-one",
      machineId: "machine-one",
      arch: "amd64",
      hostKey: "ssh-ed25519 one",
      hostKeys: [{ key: "ssh-ed25519 one", source: "known_hosts" }],
    });
  });

  it.each([
    ["the program", {}, "declared"],
    ["the API of whoever made the machine", { hostKeySource: "provider" }, "provider"],
  ])("says that %s vouches for its key", async (_, more, source) => {
    const news = { ...inputs, hostKey: `SHA256:${"A".repeat(43)}`, ...more };
    const { outputs } = await setUp().handler.create({ ...operation("rack"), news, preview: false });
    expect(outputs.hostKeys).toEqual([{ key: "ssh-ed25519 one", source }]);
  });

  it("is measured also where an address that will follow its workloads is not known yet", async () => {
    const news = { ...inputs, endpoint: { kind: "floating", address: UNKNOWN } };
    const { outputs } = await setUp().handler.create({ ...operation("rack"), news, preview: true });
    expect(outputs).toMatchObject({ engineId: "engine-one" });
  });

  it("has no output that an update of its kernel or its engine would change", async () => {
    const { id, outputs } = await created();
    const { handler, hosts } = setUp();
    hosts.measured = { kernel: "6.9", engineVersion: "29", memoryBytes: 1, storageDriver: "overlayfs" };
    expect((await handler.read({ ...operation("rack"), id, olds: outputs, oldInputs: inputs }))?.outputs).toEqual(outputs);
  });

  it("whose address is not known yet is not dialled", async () => {
    const { handler, hosts } = setUp();
    const { outputs } = await handler.create({ ...operation("rack"), news: { ...inputs, address: UNKNOWN }, preview: true });
    expect(outputs).toMatchObject({ connection: { kind: "ssh", address: UNKNOWN }, engineId: UNKNOWN });
    expect(hosts.dialled).toEqual([]);
  });

  it("that does not answer keeps what was last known, with a warning", async () => {
    const { id, outputs } = await created();
    const { handler } = setUp({});
    expect(await handler.read({ ...operation("rack"), id, olds: outputs, oldInputs: inputs })).toEqual({ id, outputs, inputs });
    expect(said.join()).toContain("did not answer");
  });

  it("that is another machine shows in Read and Diff, and is refused until the program says rebuilt", async () => {
    const { id, outputs } = await created();
    const { handler } = setUp({ rack: "two" });
    const seen = await handler.read({ ...operation("rack"), id, olds: outputs, oldInputs: inputs });
    expect(said.join()).toContain("another machine answers now");
    const diff = { ...operation("rack"), id, olds: seen?.outputs ?? {}, oldInputs: inputs, news: inputs, ignoreChanges: [] };
    expect(await handler.diff(diff)).toEqual({ changed: true, detailedDiff: { machineId: "update" } });
    await expect(updateWith(handler, inputs)).rejects.toMatchObject({
      code: "HOST_REPLACED",
      hint: expect.stringContaining('rebuilt: "machine-one"'),
    });
    expect((await updateWith(handler, { ...inputs, rebuilt: "machine-one" })).outputs).toMatchObject({
      machineId: "machine-two",
    });
  });

  it("that is the same machine at a new address is reconnected", async () => {
    const { handler } = setUp();
    expect((await updateWith(handler, { ...inputs, address: "10.9.9.9" })).outputs).toMatchObject({ machineId: "machine-one" });
  });

  it("is deleted by forgetting it, unless something of this stack still needs what it has", async () => {
    const { id, outputs } = await created();
    const { handler, hosts } = setUp();
    const deletion = { ...operation("rack"), id, olds: outputs, oldInputs: inputs };
    await handler.delete(deletion);
    const owner = { stackUid: "uid", project: "shop", stack: "dev", id: "x" };
    const volume = { dockerName: "shop-data", keep: true, protect: false, state: "superseded" as const, since: "" };
    const workload = {
      name: "shop",
      owner,
      epoch: 1,
      state: "ceded" as const,
      volumes: { data: volume },
      journal: [],
      releases: [],
    };
    const other = setUp();
    other.hosts.records.set("rack", { ...emptyHostRecord, workloads: { a: workload } });
    await expect(other.handler.delete(deletion)).rejects.toMatchObject({
      code: "DATA_PROTECTED",
      hint: expect.stringContaining("shop-data"),
    });
    const destroyed = setUp();
    const removed = { ...workload, removed: "2026-01-01T00:00:00Z" };
    destroyed.hosts.records.set("rack", { ...emptyHostRecord, workloads: { a: removed } });
    await destroyed.handler.delete(deletion);
    expect(said.join()).toContain("keeps volumes of shop: shop-data");
    expect(hosts.dialled).toEqual(["rack"]);
  });

  it("forwards no more when it leaves, and goes on where only its name does", async () => {
    const { id, outputs } = await created();
    for (const [declared, ended] of [["attic", []] as const, [undefined, ["rack"]] as const]) {
      const asked: string[] = [];
      const { hosts, handler } = setUp({ rack: "one", attic: "one" }, false, async ({ name }) => {
        asked.push(name);
        return [];
      });
      await hosts.open({ name: "attic" });
      if (declared !== undefined) {
        hosts.declare({ name: declared, connection: { kind: "ssh", address: "rack.example" }, base: "/program" });
      }
      await handler.delete({ ...operation("rack"), id, olds: outputs, oldInputs: inputs });
      expect(asked).toEqual(ended);
    }
  });

  it("is deleted though something waits to be cleaned elsewhere, or a lease left an empty entry", async () => {
    const { id, outputs } = await created();
    const owner = { stackUid: "uid", project: "shop", stack: "dev", id: "x" };
    const entry = { name: "shop", owner, epoch: 1, volumes: {}, journal: [], releases: [] };
    const peer = { host: "cloud", machineId: "m", engineId: "e" };
    const { handler, hosts } = setUp();
    const serving = { ...entry, state: "serving" as const, leftBehind: [peer] };
    hosts.records.set("rack", { ...emptyHostRecord, workloads: { a: serving, b: { ...entry, state: "preparing" } } });
    await handler.delete({ ...operation("rack"), id, olds: outputs, oldInputs: inputs });
    const open = setUp();
    const journal = [{ epoch: 1, step: "move", phase: "intent" as const, at: "t", detail: { ...peer } }];
    open.hosts.records.set("rack", { ...emptyHostRecord, workloads: { a: { ...entry, state: "serving", journal } } });
    const deletion = { ...operation("rack"), id, olds: outputs, oldInputs: inputs };
    await expect(open.handler.delete(deletion)).rejects.toMatchObject({ code: "DATA_PROTECTED" });
  });
});

describe("a Host whose data is protected", () => {
  const owner = { stackUid: "uid", project: "shop", stack: "dev", id: "x" };
  const keeping = (stackUid = "uid") => ({
    ...emptyHostRecord,
    workloads: {
      a: {
        name: "shop",
        owner: { ...owner, stackUid },
        epoch: 1,
        state: "serving" as const,
        volumes: { data: { dockerName: "shop-data", keep: true, protect: false, state: "kept" as const, since: "" } },
        journal: [],
        releases: [],
      },
    },
  });
  const deleting = async (record: HostRecord, protection: PlainRecord) => {
    const { id, outputs } = await created();
    const { handler, hosts } = setUp(undefined, true);
    hosts.records.set("rack", record);
    return handler.delete({ ...operation("rack"), id, olds: outputs, oldInputs: { ...inputs, protection } });
  };

  it("does not leave the program while it keeps data of this stack, also when its workload was just destroyed", async () => {
    const refused = { code: "DATA_PROTECTED", message: expect.stringContaining("shop-data") };
    await expect(deleting(keeping(), { data: true })).rejects.toMatchObject(refused);
  });

  it("leaves when the program no longer protects it, and for the sake of no other stack", async () => {
    await expect(deleting(keeping(), { data: false })).resolves.toBeUndefined();
    await expect(deleting(keeping("other"), { data: true })).resolves.toBeUndefined();
    await expect(deleting(emptyHostRecord, { data: true })).resolves.toBeUndefined();
  });
});

describe("a host whose data is protected and that does not answer", () => {
  it("does not leave the program: its machine might go with it, and with that what it keeps", async () => {
    const { id, outputs } = await created();
    const { handler } = setUp(undefined, true);
    const deleting = (protection: PlainRecord) =>
      handler.delete({ ...operation("rack"), id, olds: outputs, oldInputs: { ...inputs, name: "away", protection } });
    await expect(deleting({ data: true })).rejects.toMatchObject({
      code: "DATA_PROTECTED",
      hint: expect.stringContaining("state delete"),
    });
    await expect(deleting({ data: false })).resolves.toBeUndefined();
  });
});

describe("the hosts of a run", () => {
  const ref = (name: string) => ({
    name,
    connection: { kind: "ssh" as const, address: `${name}.example`, identityFile: "keys/id" },
  });
  const pool = (keys: Record<string, string> = {}) => {
    const dialled: unknown[] = [];
    const renewed: string[] = [];
    const hosts = createHostPool({
      home: "/home/me",
      connect: async (host, spec) => {
        dialled.push(spec);
        if (host === "dead") throw new DrayageError("HOST_TIMEOUT", "did not answer");
        return { host, spec, socketPath: host, hostKey: keys[host] } as never;
      },
      renew: async (host) => void renewed.push(host),
      openDocker: () => ({ info: async () => ({ id: "engine" }) }) as never,
      openRecord: () => ({}) as never,
      readMachineId: async () => "machine",
    });
    return { hosts, dialled, renewed };
  };

  it("are dialled once each, a dead one too, with keys relative to the program", async () => {
    const { hosts, dialled } = pool();
    await Promise.all([hosts.open(ref("rack"), "/program"), hosts.open(ref("rack"), "/program")]);
    await hosts.open(ref("dead"), "/program").catch(() => undefined);
    await expect(hosts.open(ref("dead"), "/program")).rejects.toMatchObject({ code: "HOST_TIMEOUT" });
    expect(dialled).toHaveLength(2);
    expect(dialled[0]).toMatchObject({ identityFile: "/program/keys/id" });
  });

  it("are dialled and measured anew once one was forgotten, also where it had failed", async () => {
    const { hosts, dialled, renewed } = pool();
    for (const name of ["rack", "dead"]) await hosts.open(ref(name), "/program").catch(() => undefined);
    await hosts.forget(ref("dead"), "/program");
    await hosts.open(ref("rack"), "/program");
    await expect(hosts.open(ref("dead"), "/program")).rejects.toMatchObject({ code: "HOST_TIMEOUT" });
    expect([dialled.length, renewed]).toEqual([3, ["dead"]]);
  });

  it("that are clones are refused with the command that tells them apart; one machine under two names is not", async () => {
    const clones = pool({ rack: "key one", cloud: "key two" });
    await clones.hosts.open(ref("rack"), "/");
    await expect(clones.hosts.open(ref("cloud"), "/")).rejects.toMatchObject({
      code: "HOST_CLONED",
      hint: expect.stringContaining("systemd-machine-id-setup"),
    });
    const names = pool({ rack: "key", cloud: "key" });
    await names.hosts.open(ref("rack"), "/");
    await expect(names.hosts.open(ref("cloud"), "/")).resolves.toMatchObject({ name: "cloud" });
  });
});

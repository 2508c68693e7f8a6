import { forgetForwards } from "../../../../sdk/engine/forward/forget-forwards";
import { createForwarder, startForwarder } from "../../../../sdk/engine/forward/forwarder-container";
import { forwardChanges, keepForwards } from "../../../../sdk/engine/forward/keep-forwards";
import { forwardTroubles, withForwards } from "../../../../sdk/engine/forward/plan-forwards";
import { label } from "../../../../sdk/engine/labels";
import { cleanLeft, peerOf } from "../../../../sdk/engine/move/clean-left";
import { adopted, beginArrival, ceded, prepared, releasedTarget } from "../../../../sdk/engine/move/move-records";
import { retireElsewhere } from "../../../../sdk/engine/move/retire-elsewhere";
import type { Peer, WorkloadRecord } from "../../../../sdk/engine/record/host-record";
import { emptyHostRecord } from "../../../../sdk/engine/record/host-record";
import { applyWorkload } from "../../../../sdk/engine/workload/apply-workload";
import { previewWorkload } from "../../../../sdk/engine/workload/preview-workload";
import type { WorkloadInput } from "../../../../sdk/spec/workload";
import { FakeClock } from "../../../support/fake-clock";
import { type FakeHost, fakeHost } from "../../../support/fake-host";
import { giveMover } from "../../../support/mover-image";
import { requestFor, testOwner } from "../../../support/workload-requests";

const identity = "ab12cd".padEnd(32, "0");
const clock = new FakeClock();
const stamp = { epoch: 7, at: "t" };
const shop: WorkloadInput = { name: "shop", services: { web: { image: "web:1", ports: ["80:8080", "443:8443"] } } };
const forward = { address: "cloud.test", ports: [80, 443], ways: ["cloud.test"] };
const emptyPlan = { schemaVersion: 1, kind: "none", subject: "shop", operations: [], outages: [], notes: [] } as const;
const of = { name: "shop", identity, owner: testOwner };
const fresh: WorkloadRecord = {
  ...{ name: "shop", owner: testOwner, epoch: 1, state: "preparing" },
  volumes: {},
  journal: [],
  releases: [],
};

/** Hosts with addresses, as ssh ones have. */
function host(name: string): FakeHost {
  const made = fakeHost(name);
  giveMover(made.docker);
  made.docker.addImage("web:1");
  const again: FakeHost["again"] = (wrap) => {
    const handle = made.again(wrap);
    return { ...handle, connection: { ...handle.connection, spec: { kind: "ssh", address: `${name}.test` } } };
  };
  return { ...made, again, handle: again() };
}

const entryOf = (at: FakeHost) => at.record.record.workloads[identity];
const write = (at: FakeHost, decide: (record: WorkloadRecord) => WorkloadRecord) => {
  const { record } = at.record;
  at.record.record = { ...record, workloads: { ...record.workloads, [identity]: decide(record.workloads[identity] ?? fresh) } };
};
const forwarders = (at: FakeHost) =>
  [...at.docker.containers.values()].filter(({ body }) => body.Labels?.[label.kind] === "forwarder");
const request = (input: WorkloadInput = shop, at = rack, said: string[] = []) =>
  requestFor(input, { identity, host: at.again(), clock, report: { say: (_, text) => void said.push(text) } });
const keep = (input?: WorkloadInput, home = cloud, old = [rack], former: readonly Peer[] = []) =>
  keepForwards(
    request(input),
    home.again(),
    old.map((one) => one.again()),
    former,
  );

let rack: FakeHost;
let cloud: FakeHost;

/** It was moved from rack to cloud; the run was killed before the forwarder was started. */
beforeEach(async () => {
  [rack, cloud] = [host("rack"), host("cloud")];
  await createForwarder(rack.handle.docker, of, forward);
  write(cloud, (record) =>
    beginArrival(record, peerOf(rack.handle), { volumes: {}, releases: [], forwardedFrom: [peerOf(rack.handle)] }, stamp),
  );
  write(cloud, (record) => prepared(record, "hash"));
  write(rack, (record) => ceded({ ...record, state: "serving" }, peerOf(cloud.handle), { rootHash: "hash", forward }, stamp));
  write(cloud, (record) => releasedTarget(adopted(record, stamp), peerOf(rack.handle)));
});

describe("a host that a workload has left", () => {
  it("forwards by the record that ceded, also when the run was killed before its forwarder ran", async () => {
    expect(forwarders(rack)).toMatchObject([{ status: "created", policy: { Name: "no" } }]);
    await keep();
    expect(forwarders(rack)).toMatchObject([{ status: "running", policy: { Name: "unless-stopped" } }]);
    expect(entryOf(cloud)?.forwardedFrom).toEqual([peerOf(rack.handle)]);
  });

  it("is left alone once it does, without a lease", async () => {
    await keep();
    const [opened, before] = [rack.record.opened, forwarders(rack)[0]?.id];
    await keep();
    expect([rack.record.opened, forwarders(rack)[0]?.id]).toEqual([opened, before]);
  });

  it("keeps its forwarder when what the move left there is cleaned, and still counts as left", async () => {
    await keep();
    await cleanLeft({ ...request(), spec: request().spec }, cloud.again(), rack.again());
    expect(forwarders(rack)).toHaveLength(1);
    expect(entryOf(rack)?.forward).toMatchObject({ to: { host: "cloud" }, ports: [80, 443] });
  });

  it("gets its forwarder again when somebody removed it, and none when it was ended", async () => {
    await keep();
    for (const { id } of forwarders(rack)) await rack.docker.removeContainer(id, { force: true });
    expect(await forwardChanges(request(), cloud.again(), [rack.again()])).toMatchObject([{ decision: { cause: "it is gone" } }]);
    await keep();
    expect(forwarders(rack)).toHaveLength(1);
    write(rack, ({ forward: _, ...rest }) => rest);
    await keep();
    expect([forwarders(rack), await forwardChanges(request(), cloud.again(), [rack.again()])]).toEqual([[], []]);
  });

  it("dials otherwise once the program names another way, as the one that did not lead there advises", async () => {
    await keep();
    const named = (one: FakeHost, privateAddress: string) => ({ ...one.again(), traits: () => ({ privateAddress }) });
    const [old, home] = [named(rack, "192.168.0.11"), named(cloud, "192.168.0.12")];
    expect(await forwardChanges(request(), home, [old])).toMatchObject([{ decision: { kind: "start", address: undefined } }]);
    await keepForwards(request(), home, [old]);
    expect(entryOf(rack)?.forward).toMatchObject({ address: "192.168.0.12", ways: ["192.168.0.12", "cloud.test"] });
    expect(forwarders(rack).map(({ body }) => body.Cmd?.slice(0, 3))).toEqual([["forward", "--to", "192.168.0.12"]]);
    expect(await forwardChanges(request(), home, [old])).toEqual([]);
  });

  it("is told in the preview when it does not reach where the workload goes, as in the up", async () => {
    await keep();
    const attic = host("attic");
    const changes = await forwardChanges(request(), attic.again(), [rack.again()]);
    const [told] = await forwardTroubles(changes, attic.again(), identity, { listening: false });
    expect(told).toMatch(/^rack does not reach attic at attic.test/);
    expect(withForwards(emptyPlan, changes, [told ?? ""]).notes).toEqual([told]);
    const gone = [{ host: rack.again(), decision: { kind: "remove" as const, cause: "" } }];
    expect(await forwardTroubles(gone, attic.again(), identity, { listening: false })).toEqual([]);
  });

  it("follows to the next host, on the same ports", async () => {
    await keep();
    const attic = host("attic");
    await keep(shop, attic);
    expect(entryOf(rack)?.forward).toMatchObject({ to: { host: "attic" }, address: "attic.test" });
    expect(forwarders(rack).map(({ body }) => body.Cmd?.slice(0, 3))).toEqual([["forward", "--to", "attic.test"]]);
  });

  it("ends what the program publishes no more, and all of it where the program says so", async () => {
    await keep();
    await keep({ ...shop, services: { web: { image: "web:1", ports: ["443:8443"] } } });
    expect(forwarders(rack).map(({ body }) => body.Cmd)).toEqual([["forward", "--to", "cloud.test", "20000=443"]]);
    await keep({ ...shop, forward: false });
    expect([forwarders(rack), entryOf(rack)?.forward]).toEqual([[], undefined]);
  });

  it("forwards to nowhere after the workload was destroyed, or when the host leaves the program", async () => {
    await keep();
    await forgetForwards(rack.again(), { stackUid: testOwner.stackUid, holder: "tester" });
    expect([forwarders(rack), entryOf(rack)?.forward]).toEqual([[], undefined]);
    write(rack, (record) => ({ ...record, forward: { ...forward, to: peerOf(cloud.handle), since: "t" } }));
    await keep();
    expect(forwarders(rack)).toHaveLength(1);
    await retireElsewhere(request(), rack.again());
    expect([forwarders(rack), entryOf(rack)]).toEqual([[], undefined]);
  });

  it("is told and tried again when it does not answer: the workload serves elsewhere", async () => {
    rack.record.silent = new Error("no answer");
    const said: string[] = [];
    await keepForwards(request(shop, rack, said), cloud.again(), [rack.again()]);
    expect(said.join()).toContain("what rack forwards is seen to by the next `dray up`");
    rack.record.silent = undefined;
    await keep();
    expect(forwarders(rack)).toMatchObject([{ status: "running" }]);
  });
});

describe("where a workload lives", () => {
  const lives: WorkloadRecord = { ...fresh, state: "serving" };

  it("is written down who forwarded to a host that is lost, and they lead here: also the one that answers later", async () => {
    await keep();
    const [attic, old] = [host("attic"), peerOf(rack.handle)];
    write(attic, () => lives);
    await keep(shop, attic, [], [old]);
    expect(entryOf(attic)?.forwardedFrom).toEqual([old]);
    await keep(shop, attic, [rack]);
    expect(forwarders(rack).map(({ body }) => body.Cmd?.slice(0, 3))).toEqual([["forward", "--to", "attic.test"]]);
    const opened = attic.record.opened;
    await keep(shop, attic, [rack]);
    expect(attic.record.opened).toBe(opened);
  });

  it("nobody is said to forward who was told to end, and nobody who never did", async () => {
    await keep();
    await forgetForwards(rack.again(), { stackUid: testOwner.stackUid, holder: "tester" });
    await keep();
    expect(entryOf(cloud)?.forwardedFrom).toBeUndefined();
    await keep(shop, cloud, [rack], [peerOf(rack.handle)]);
    expect(entryOf(cloud)?.forwardedFrom).toBeUndefined();
  });
});

describe("what is written down of who forwards", () => {
  it("is decided from the record as it is then: a move has just added to it", async () => {
    await keep();
    const [attic, home] = [host("attic"), cloud.again()];
    write(cloud, (record) => ({ ...record, forwardedFrom: [peerOf(attic.handle)] }));
    await forwardChanges(request(), attic.again(), [home]);
    write(cloud, (record) => ({ ...record, forwardedFrom: [peerOf(attic.handle), peerOf(rack.handle)] }));
    await keepForwards(request(), home, [attic.again(), rack.again()]);
    expect(entryOf(cloud)?.forwardedFrom).toEqual([peerOf(rack.handle)]);
  });
});

describe("a host whose record knows nothing of a forwarder", () => {
  it("loses it, and is not written down as the workload's home by that", async () => {
    await keep();
    rack.record.record = emptyHostRecord;
    await keep();
    expect([forwarders(rack), entryOf(rack)]).toEqual([[], undefined]);
  });
});

describe("a port that a forwarder holds", () => {
  it("is refused to another workload, with the command that ends it", async () => {
    await keep();
    const other = requestFor(
      { name: "blog", services: { web: { image: "web:1", ports: ["80:80"] } } },
      { identity: "cd34ef".padEnd(32, "0"), host: rack.again(), clock },
    );
    await expect(previewWorkload(other)).rejects.toMatchObject({
      code: "PORT_TAKEN",
      message: expect.stringContaining("shop has left this host"),
      hint: expect.stringContaining("dray forwards rm shop --host rack"),
    });
  });

  it("is its workload's own again before a service starts where it lives", async () => {
    await startForwarder(rack.handle.docker, of, forward);
    write(rack, () => ({ ...fresh, state: "serving" }));
    const { plan } = await applyWorkload(request());
    const start = plan.operations.find(({ kind }) => kind === "start container");
    expect(start?.dependsOn).toContain("remove forwarder shop");
    expect(forwarders(rack)).toEqual([]);
    expect([...rack.docker.containers.values()].map(({ status }) => status)).toEqual(["running"]);
  });
});

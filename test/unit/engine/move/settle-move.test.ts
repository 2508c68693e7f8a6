import { label } from "../../../../sdk/engine/labels";
import { cleanLeft, clearTarget, peerOf } from "../../../../sdk/engine/move/clean-left";
import {
  adopted,
  beginArrival,
  ceded,
  openMove,
  prepared,
  releasedSource,
  releasedTarget,
} from "../../../../sdk/engine/move/move-records";
import type { MoveRequest } from "../../../../sdk/engine/move/move-request";
import { retireElsewhere } from "../../../../sdk/engine/move/retire-elsewhere";
import { closeMove, settleAlone, settleMove } from "../../../../sdk/engine/move/settle-move";
import type { VolumeRecord, WorkloadRecord } from "../../../../sdk/engine/record/host-record";
import { applyWorkload } from "../../../../sdk/engine/workload/apply-workload";
import { removeWorkload } from "../../../../sdk/engine/workload/remove-workload";
import { DrayageError } from "../../../../sdk/spec/drayage-error";
import { FakeClock } from "../../../support/fake-clock";
import { type FakeHost, fakeHost } from "../../../support/fake-host";
import { requestFor, testOwner } from "../../../support/workload-requests";

const identity = "ab12cd".padEnd(32, "0");
const clock = new FakeClock();
const unreachable = new DrayageError("HOST_TIMEOUT", "cloud does not answer");
const stamp = { epoch: 7, at: "t" };

interface World {
  readonly rack: FakeHost;
  readonly cloud: FakeHost;
  readonly said: string[];
  request(from?: FakeHost, to?: FakeHost): MoveRequest;
}

const input = { services: { db: { image: "app:1", volumes: { data: "/data" } } }, volumes: { data: {} } };
const incoming: VolumeRecord = { dockerName: "shop-ab12cd-data", keep: true, protect: false, state: "incoming", since: "t" };
const entryOf = (host: FakeHost) => host.record.record.workloads[identity];
const running = (host: FakeHost) => [...host.docker.containers.values()].filter((one) => one.status === "running").length;
const change = (host: FakeHost, decide: (record: WorkloadRecord) => WorkloadRecord) => {
  const known = host.record.record;
  const before = known.workloads[identity] ?? fresh;
  host.record.record = { ...known, version: known.version + 1, workloads: { [identity]: decide(before) } };
};
const owner = testOwner;
const fresh: WorkloadRecord = { name: "shop", owner, epoch: 1, state: "preparing", volumes: {}, journal: [], releases: [] };

/** It serves on rack; a move to cloud has made a volume and a container there and written both records up to `step`. */
async function interrupted(step: "open" | "prepared" | "ceded" | "adopted"): Promise<World> {
  const [rack, cloud, said] = [fakeHost("rack"), fakeHost("cloud"), [] as string[]];
  for (const { docker } of [rack, cloud]) docker.addImage("app:1");
  const deploy = (host: FakeHost) => requestFor({ name: "shop", ...input }, { identity, host: host.handle, clock });
  await applyWorkload(deploy(rack));
  change(rack, (record) => openMove({ ...record, epoch: stamp.epoch }, peerOf(cloud.handle), stamp));
  const labels = { [label.identity]: identity, [label.kind]: "volume", [label.name]: "data" };
  await cloud.docker.createVolume(incoming.dockerName, labels);
  const image = cloud.docker.images.get("app:1")?.Id ?? "";
  const Mounts = [{ Type: "volume" as const, Source: incoming.dockerName, Target: "/data" }];
  const body = { Image: image, Labels: { ...labels, [label.kind]: "container" }, HostConfig: { Mounts } };
  await cloud.docker.createContainer("shop-ab12cd-db-1-g1-new", body as never);
  const arriving = { volumes: { data: incoming }, releases: entryOf(rack)?.releases ?? [] };
  change(cloud, (record) => beginArrival(record, peerOf(rack.handle), arriving, stamp));
  for (const one of rack.docker.containers.values()) await rack.docker.removeContainer(one.id, { force: true });
  if (step !== "open") change(cloud, (record) => prepared(record, "hash"));
  if (step === "ceded" || step === "adopted")
    change(rack, (record) => ceded(record, peerOf(cloud.handle), { rootHash: "hash" }, stamp));
  if (step === "adopted") change(cloud, (record) => adopted(record, stamp));
  const report = { ...requestFor({ name: "shop", ...input }, { identity, host: rack.handle, clock }).context.report };
  const request = (from = rack, to = cloud): MoveRequest => {
    const { host: _, ...rest } = deploy(from);
    const context = { ...rest.context, report: { ...report, say: (_s: string, text: string) => void said.push(text) } };
    return { ...rest, context, from: from.again(), to: to.again() };
  };
  return { rack, cloud, said, request };
}

describe("an interrupted move whose target does not answer", () => {
  it.each(["open", "prepared"] as const)(
    "killed at %s is undone by the source's record alone, and cleaned when the target answers",
    async (step) => {
      const { rack, cloud, said, request } = await interrupted(step);
      cloud.record.silent = unreachable;
      expect(await settleAlone({ ...request(), host: rack.again() }, peerOf(cloud.handle))).toBe("undone");
      expect(running(rack)).toBe(1);
      expect(entryOf(rack)).toMatchObject({ state: "serving", journal: [], leftBehind: [{ host: "cloud" }] });
      expect(said.join()).toMatch(/cloud does not answer: the move to cloud is undone, and rack serves/);
      cloud.record.silent = undefined;
      await cleanLeft(request(), rack.again(), cloud.again());
      expect([cloud.docker.containers.size, cloud.docker.volumes.size]).toEqual([0, 0]);
      expect([entryOf(cloud), entryOf(rack)?.leftBehind]).toEqual([undefined, undefined]);
    },
  );

  it("comes back from the image that ran, whatever its reference means by now", async () => {
    const { rack, cloud, request } = await interrupted("prepared");
    const ran = entryOf(rack)?.releases.at(-1)?.images.db;
    const other = rack.docker.addImage("app:2");
    rack.docker.images.set("app:1", { ...rack.docker.images.get("app:2"), Id: other } as never);
    await settleMove(request());
    expect([...rack.docker.containers.values()].map(({ imageId }) => imageId)).toEqual([ran]);
    expect(cloud.docker.containers.size).toBe(0);
  });

  it("killed after the source ceded is left alone: what was written there is only there", async () => {
    const { rack, cloud, request } = await interrupted("ceded");
    const before = structuredClone(entryOf(rack));
    const settled = settleAlone({ ...request(), host: rack.again() }, peerOf(cloud.handle));
    await expect(settled).rejects.toMatchObject({ code: "PARTIAL", message: expect.stringContaining("handed over to cloud") });
    expect([entryOf(rack), running(rack)]).toEqual([before, 0]);
  });

  it("serves on the source also when the target dies while the move is being undone", async () => {
    const { rack, cloud, said, request } = await interrupted("prepared");
    const asked = cloud.record.read.bind(cloud.record);
    let reads = 0;
    cloud.record.read = async () => {
      reads += 1;
      if (reads > 1) throw unreachable;
      return asked();
    };
    cloud.record.open = () => Promise.reject(unreachable);
    expect(await settleMove(request())).toBe("undone");
    expect([running(rack), entryOf(rack)?.leftBehind?.[0]?.host]).toEqual([1, "cloud"]);
    expect(said.join()).toContain("what the move left on cloud is removed later: cloud does not answer");
  });
});

describe("an interrupted move whose source does not answer", () => {
  it("is finished by a target that has adopted, and the source is cleaned when it answers", async () => {
    const { rack, cloud, request } = await interrupted("adopted");
    rack.record.silent = unreachable;
    expect(await settleAlone({ ...request(), host: cloud.again() }, peerOf(rack.handle))).toBe("finished");
    expect(running(cloud)).toBe(1);
    expect(entryOf(cloud)).toMatchObject({ state: "serving", leftBehind: [{ host: "rack" }] });
    rack.record.silent = undefined;
    await cleanLeft(request(), cloud.again(), rack.again());
    expect(entryOf(rack)).toMatchObject({ state: "ceded", journal: [], volumes: { data: { state: "superseded" } } });
    expect(rack.docker.volumes.size).toBe(1);
  });

  it("is not finished by a target that is only prepared: nobody there knows whether the source has ceded", async () => {
    const { rack, cloud, request } = await interrupted("prepared");
    await expect(settleAlone({ ...request(), host: cloud.again() }, peerOf(rack.handle))).rejects.toMatchObject({
      code: "PARTIAL",
    });
    expect([entryOf(cloud)?.state, running(cloud)]).toEqual(["prepared", 0]);
  });
});

describe("settling a move that somebody else goes on with meanwhile", () => {
  it("removes nothing of a target that was handed the workload after the records were read", async () => {
    const { rack, cloud, request } = await interrupted("prepared");
    const open = rack.record.open.bind(rack.record);
    rack.record.open = async (holder) => {
      change(rack, (record) => ({ ...ceded(record, peerOf(cloud.handle), { rootHash: "hash" }, stamp) }));
      change(cloud, (record) => releasedTarget(adopted(record, stamp), peerOf(rack.handle)));
      return open(holder);
    };
    await expect(settleMove(request())).rejects.toMatchObject({ code: "WORLD_MOVED" });
    expect([entryOf(rack)?.state, entryOf(cloud)?.state, cloud.docker.volumes.size]).toEqual(["ceded", "serving", 1]);
    expect(entryOf(rack)?.leftBehind).toBeUndefined();
  });

  it("cleans nothing on a host of which the record says that it lives there", async () => {
    const { rack, cloud, request } = await interrupted("adopted");
    change(rack, (record) => ({ ...record, state: "serving" }));
    await expect(cleanLeft(request(), rack.again(), cloud.again())).rejects.toMatchObject({ code: "WORLD_MOVED" });
    expect([cloud.docker.containers.size, cloud.docker.volumes.size]).toEqual([1, 1]);
  });
});

describe("a gate that fails when an interrupted move is finished", () => {
  it("hands the workload back, as in an undisturbed move", async () => {
    const { rack, cloud, request } = await interrupted("ceded");
    cloud.docker.program = () => ({ exits: 1 });
    const back: MoveRequest[] = [];
    const handBack = async (move: MoveRequest) => void back.push(move);
    await expect(settleMove(request(), { handBack })).rejects.toMatchObject({
      code: "START_FAILED",
      message: expect.stringContaining("handed back"),
    });
    expect(back.map(({ from, to }) => [from.name, to.name])).toEqual([["cloud", "rack"]]);
    expect(entryOf(rack)).toMatchObject({ state: "ceded", journal: [] });
  });
});

describe("a target with something of an earlier move", () => {
  it("is cleared before anything arrives: a container left there would start with the old volume", async () => {
    const { cloud } = await interrupted("prepared");
    const session = await cloud.record.open("test");
    const lease = await session.acquire({ identity, name: "shop", owner, purpose: "move" });
    await clearTarget(cloud.handle, identity, lease);
    expect([cloud.docker.containers.size, cloud.docker.volumes.size]).toEqual([0, 0]);
  });
});

describe("a workload that is destroyed after it had moved", () => {
  it("leaves marked what it keeps on every host, and may begin a new life on any of them without its superseded data", async () => {
    const { rack, cloud, request } = await interrupted("adopted");
    change(cloud, (record) => releasedTarget(record, peerOf(rack.handle)));
    change(rack, releasedSource);
    const wish = { ...requestFor({ name: "shop", ...input }, { identity, host: cloud.again(), clock }) };
    await removeWorkload(wish);
    await retireElsewhere(request(), rack.again());
    expect(entryOf(cloud)).toMatchObject({ removed: expect.any(String), volumes: { data: { state: "kept" } } });
    expect(entryOf(rack)).toMatchObject({ removed: expect.any(String), state: "serving" });
    expect(Object.values(entryOf(rack)?.volumes ?? {}).map(({ state }) => state)).toEqual(["superseded"]);
    await applyWorkload({ ...wish, host: rack.again() });
    expect(entryOf(rack)?.removed).toBeUndefined();
    expect(entryOf(rack)?.volumes).toMatchObject({
      data: { state: "current", dockerName: "shop-ab12cd-data-2" },
      "data@shop-ab12cd-data": { state: "superseded" },
    });
  });
});

describe("a workload that is destroyed while a move of it is open", () => {
  const keeping = (host: FakeHost) => [...host.docker.volumes.keys()];

  it.each(["open", "prepared"] as const)(
    "at %s goes from both hosts with its data kept where it lived, and starts nowhere",
    async (step) => {
      const { rack, cloud, request } = await interrupted(step);
      const wish = { ...request(), host: rack.again() };
      await closeMove(wish, peerOf(cloud.handle));
      expect([running(rack), running(cloud), entryOf(rack)?.journal, entryOf(rack)?.leftBehind?.[0]?.host]).toEqual([
        0,
        0,
        [],
        "cloud",
      ]);
      await removeWorkload({ ...wish, host: rack.again() });
      await retireElsewhere(request(), cloud.again());
      expect(entryOf(rack)).toMatchObject({ removed: expect.any(String), volumes: { data: { state: "kept" } } });
      expect([keeping(rack), keeping(cloud), entryOf(cloud)]).toEqual([[incoming.dockerName], [], undefined]);
      expect([rack.docker.containers.size, cloud.docker.containers.size]).toEqual([0, 0]);
    },
  );

  it("after the target has adopted goes with the data that went there kept, and that of the source too", async () => {
    const { rack, cloud, request } = await interrupted("adopted");
    const wish = { ...request(), host: cloud.again() };
    await closeMove(wish, peerOf(rack.handle));
    expect([running(cloud), entryOf(cloud)?.state]).toEqual([0, "serving"]);
    await removeWorkload({ ...wish, host: cloud.again() });
    await retireElsewhere(request(), rack.again());
    expect([keeping(rack), keeping(cloud)]).toEqual([[incoming.dockerName], [incoming.dockerName]]);
    const states = [cloud, rack].map((host) => Object.values(entryOf(host)?.volumes ?? {}).map(({ state }) => state));
    expect(states).toEqual([["kept"], ["superseded"]]);
  });

  it("is not destroyed by a host that only prepared, nor by one that has ceded: the other one has the say", async () => {
    const { rack, cloud, request } = await interrupted("ceded");
    const told = (host: FakeHost, lost: FakeHost) => closeMove({ ...request(), host: host.again() }, peerOf(lost.handle));
    for (const closing of [told(cloud, rack), told(rack, cloud)])
      await expect(closing).rejects.toMatchObject({ code: "PARTIAL" });
    expect([entryOf(rack)?.state, entryOf(cloud)?.state, keeping(rack), keeping(cloud)]).toEqual([
      "ceded",
      "prepared",
      [incoming.dockerName],
      [incoming.dockerName],
    ]);
  });
});

import {
  adopted,
  beginArrival,
  beginFolder,
  ceded,
  cleanedUp,
  incomingFolders,
  incomingVolumes,
  openMove,
  type Peer,
  prepared,
  releasedSource,
  releasedTarget,
  undoneSource,
  undoneTarget,
} from "../../../../sdk/engine/move/move-records";
import { standingAlone, standingOf } from "../../../../sdk/engine/move/move-standing";
import type { VolumeRecord, WorkloadRecord } from "../../../../sdk/engine/record/host-record";
import { retired } from "../../../../sdk/engine/record/retired-workload";

const rack: Peer = { host: "rack", machineId: "m-rack", engineId: "e-rack" };
const third: Peer = { host: "third", machineId: "m-third", engineId: "e-third" };
const cloud: Peer = { host: "cloud", machineId: "m-cloud", engineId: "e-cloud" };
const owner = { stackUid: "u", project: "p", stack: "s", id: "shop-1" };
const volume = (state: VolumeRecord["state"], dockerName = "shop-data"): VolumeRecord => ({
  dockerName,
  keep: true,
  protect: false,
  state,
  since: "t",
});
const serving: WorkloadRecord = {
  name: "shop",
  owner,
  epoch: 1,
  state: "serving",
  volumes: { data: volume("current") },
  journal: [],
  releases: [],
};
const empty: WorkloadRecord = { name: "shop", owner, epoch: 1, state: "preparing", volumes: {}, journal: [], releases: [] };

const arriving = (volumes: WorkloadRecord["volumes"]) => ({ volumes, releases: [] });

type World = { a: WorkloadRecord | undefined; b: WorkloadRecord | undefined };

/** Every durable write of one move from a to b, in the protocol's order. */
function writes(from: Peer, to: Peer, epoch: number): ((world: World) => World)[] {
  const stamp = { epoch, at: "t" };
  const source = (change: (r: WorkloadRecord) => WorkloadRecord) => (w: World) => ({ ...w, a: change(w.a ?? empty) });
  const target = (change: (r: WorkloadRecord) => WorkloadRecord) => (w: World) => ({ ...w, b: change(w.b ?? empty) });
  return [
    source((r) => openMove(r, to, stamp)),
    target((r) => beginArrival(r, from, arriving({ data: volume("incoming", `shop-data-e${epoch}`) }), stamp)),
    target((r) => prepared(r, "hash")),
    source((r) => ceded(r, to, { rootHash: "hash" }, stamp)),
    target((r) => adopted(r, stamp)),
    target((r) => releasedTarget(r, from)),
    source(releasedSource),
  ];
}

const between = (from: Peer, to: Peer) => ({ from: from.machineId, to: to.machineId });
const left = { leftBehind: [rack] };

describe("standing of a move killed after each of its durable writes", () => {
  it("is undo before the pivot, forward after it, settled at both ends", () => {
    let world: World = { a: serving, b: undefined };
    const kinds = [standingOf(world.a, world.b, between(rack, cloud)).kind];
    for (const write of writes(rack, cloud, 2)) {
      world = write(world);
      kinds.push(standingOf(world.a, world.b, between(rack, cloud)).kind);
    }
    expect(kinds).toEqual(["settled", "undo", "undo", "undo", "forward", "forward", "settled", "settled"]);
  });

  it("is the same on the way back, where the target still remembers that it ceded", () => {
    let world: World = { a: serving, b: undefined };
    for (const write of writes(rack, cloud, 2)) world = write(world);
    let back: World = { a: world.b, b: world.a };
    const kinds: string[] = [];
    for (const write of writes(cloud, rack, 5)) {
      back = write(back);
      kinds.push(standingOf(back.a, back.b, between(cloud, rack)).kind);
    }
    expect(kinds).toEqual(["undo", "undo", "undo", "forward", "forward", "settled", "settled"]);
    expect(back.b?.volumes.data?.dockerName).toBe("shop-data-e5");
    expect(back.b?.volumes["data@shop-data"]?.state).toBe("superseded");
  });
});

describe("undoing a move", () => {
  const stamp = { epoch: 2, at: "t" };

  it("leaves no trace on a target that held nothing before", () => {
    const target = beginArrival(empty, rack, arriving({ data: volume("incoming") }), stamp);
    expect(incomingVolumes(target)).toEqual(["shop-data"]);
    expect(undoneTarget(target)).toBeUndefined();
  });

  it("gives a target that had ceded its hand-over and superseded volumes back", () => {
    const had = ceded(serving, cloud, { rootHash: "hash" }, stamp);
    const target = beginArrival(had, cloud, arriving({ data: volume("incoming", "shop-data-e3") }), { epoch: 3, at: "t" });
    const undone = undoneTarget(target);
    expect(undone?.state).toBe("ceded");
    expect(undone?.handover?.host).toBe("cloud");
    expect(Object.values(undone?.volumes ?? {}).map((v) => v.state)).toEqual(["superseded"]);
  });

  it("takes the marker from the source, and writes down that the target is to be cleaned", () => {
    const undone = undoneSource(openMove(serving, cloud, stamp), cloud);
    expect(undone).toEqual({ ...serving, leftBehind: [cloud] });
    expect(cleanedUp(undone, cloud)).toEqual(serving);
  });

  it("leaves a target that held volumes of an earlier life ready for a later one", () => {
    const target = beginArrival({ ...empty, volumes: { data: volume("kept", "old") } }, rack, arriving({}), stamp);
    expect(undoneTarget(target)).toMatchObject({ state: "serving", volumes: { "data@old": { state: "kept" } } });
  });
});

describe("folders of the host in the records", () => {
  const stamp = { epoch: 2, at: "t" };
  const files = "/srv/files";

  it("are incoming from when they were found empty, current when adopted, superseded where they came from", () => {
    const target = beginFolder(beginArrival(empty, rack, arriving({}), stamp), files, undefined, "t");
    expect(incomingFolders(target)).toEqual([files]);
    expect(adopted(target, stamp).folders).toEqual({ [files]: { state: "current", since: "t" } });
    expect(ceded(serving, cloud, { rootHash: "h", folders: [files] }, stamp).folders).toEqual({
      [files]: { state: "superseded", since: "t" },
    });
    expect(undoneTarget({ ...target, handover: { ...cloud, ...stamp, rootHash: "h" } })).not.toHaveProperty("folders");
  });

  it("that were superseded keep their entry under the name they have now, also when the move is undone", () => {
    const had = ceded(serving, cloud, { rootHash: "h", folders: [files] }, stamp);
    const target = beginFolder(beginArrival(had, cloud, arriving({}), stamp), files, `${files}.superseded-1`, "t2");
    expect(incomingFolders(target)).toEqual([files]);
    expect(undoneTarget(target)?.folders).toEqual({ [`${files}.superseded-1`]: { state: "superseded", since: "t" } });
  });

  it("are never called incoming while a superseded one has the name: an undone move would empty it", () => {
    const had = ceded(serving, cloud, { rootHash: "h", folders: [files] }, stamp);
    expect(incomingFolders(beginArrival(had, cloud, arriving({}), stamp))).toEqual([]);
  });
});

describe("a folder that a move filled and never handed over", () => {
  it("is not called incoming any more when its workload is destroyed: the next move would empty it", () => {
    const target = { ...empty, volumes: { "data@old": volume("kept", "old") } };
    const began = beginArrival(target, rack, arriving({}), { epoch: 2, at: "t" });
    const filled = beginFolder(began, "/srv/files", undefined, "t");
    expect(incomingFolders(filled)).toEqual(["/srv/files"]);
    const left = retired(filled, "t");
    expect(left).toMatchObject({ removed: "t", volumes: { "data@old": { state: "kept" } } });
    expect(incomingFolders(left as WorkloadRecord)).toEqual([]);
  });
});

describe("a volume of a destroyed workload that is still called current", () => {
  it("is kept: while it was current, the host would be taken for the one where the workload lives", () => {
    const left = retired({ ...empty, volumes: { cache: volume("current", "shop-cache") } }, "t2");
    expect(left?.volumes).toEqual({ cache: { ...volume("kept", "shop-cache"), since: "t2" } });
  });
});

describe("what a move leaves to be cleaned", () => {
  it("is written down by the host where the workload lives, in the write that releases it, and goes along with it", () => {
    let world: World = { a: { ...serving, leftBehind: [third] }, b: undefined };
    for (const write of writes(rack, cloud, 2).slice(0, 6)) world = write(world);
    expect(world.b?.leftBehind).toEqual([rack]);
    const arrived = beginArrival(empty, rack, { ...arriving({}), leftBehind: [third] }, { epoch: 2, at: "t" });
    expect(releasedTarget(arrived, rack).leftBehind).toEqual([third, rack]);
    expect(releasedSource({ ...serving, ...left })).toEqual(serving);
  });
});

describe("standing of a move with other hosts in the records", () => {
  it("is nobody's business who was no part of it", () => {
    const source = ceded(serving, third, { rootHash: "hash" }, { epoch: 2, at: "t" });
    const target = prepared(beginArrival(empty, third, arriving({}), { epoch: 2, at: "t" }), "hash");
    expect(standingOf(source, target, between(rack, cloud)).kind).toBe("settled");
    const opened = openMove(serving, third, { epoch: 2, at: "t" });
    expect(standingOf(opened, undefined, between(rack, cloud)).kind).toBe("settled");
  });

  it("never undoes anything for a source that does not say that the workload lives there", () => {
    const target = prepared(beginArrival(empty, rack, arriving({}), { epoch: 2, at: "t" }), "hash");
    expect(standingOf(undefined, target, between(rack, cloud)).kind).toBe("settled");
    expect(standingOf({ ...serving, state: "preparing" }, target, between(rack, cloud)).kind).toBe("settled");
  });
});

describe("standing of a move of which one host is silent", () => {
  it("is decided by the source alone until it has ceded, and by the target alone as soon as it has adopted", () => {
    let world: World = { a: serving, b: undefined };
    const kinds = [[standingAlone(world.a).kind, standingAlone(world.b).kind]];
    for (const write of writes(rack, cloud, 2)) {
      world = write(world);
      kinds.push([standingAlone(world.a).kind, standingAlone(world.b).kind]);
    }
    expect(kinds).toEqual([
      ["settled", "settled"],
      ["undo", "settled"],
      ["undo", "unknown"],
      ["undo", "unknown"],
      ["unknown", "unknown"],
      ["unknown", "forward"],
      ["unknown", "settled"],
      ["unknown", "settled"],
    ]);
  });
});

import type { DockerEngine } from "../../../../sdk/engine/docker/docker-engine";
import type { MoveRequest } from "../../../../sdk/engine/move/move-request";
import { moveWorkload } from "../../../../sdk/engine/move/move-workload";
import { settleMove } from "../../../../sdk/engine/move/settle-move";
import type { WorkloadRecord } from "../../../../sdk/engine/record/host-record";
import type { Lease } from "../../../../sdk/engine/record/record-store";
import { applyWorkload } from "../../../../sdk/engine/workload/apply-workload";
import { DrayageError } from "../../../../sdk/spec/drayage-error";
import type { WorkloadInput } from "../../../../sdk/spec/workload";
import { FakeClock } from "../../../support/fake-clock";
import { type FakeHost, fakeHost } from "../../../support/fake-host";
import { withMover } from "../../../support/fake-mover";
import { imagesOnTheHost, requestFor, testOwner } from "../../../support/workload-requests";

const identity = "ab12cd".padEnd(32, "0");
const input: WorkloadInput = { name: "shop", services: { web: { image: "app:1" } } };
const entryOf = (host: FakeHost) => host.record.record.workloads[identity];
const statesOf = (host: FakeHost) => [...host.docker.containers.values()].map(({ status }) => status);
const servesOn = (...hosts: FakeHost[]) =>
  hosts.filter((host) => statesOf(host).includes("running")).map(({ docker }) => docker.host);

interface World {
  readonly rack: FakeHost;
  readonly cloud: FakeHost;
  request(wrap?: (docker: DockerEngine) => DockerEngine): MoveRequest;
}

/** It serves on rack, and has no data: nothing but records and containers decides. */
async function deployed(): Promise<World> {
  const [rack, cloud, clock] = [fakeHost("rack"), fakeHost("cloud"), new FakeClock()];
  for (const { docker } of [rack, cloud]) docker.addImage("app:1");
  const deploy = () => requestFor(input, { identity, host: rack.again(), clock });
  await applyWorkload(deploy());
  const request = (wrap = (docker: DockerEngine) => docker): MoveRequest => {
    const { host: _, ...rest } = deploy();
    return { ...rest, from: rack.again((docker) => wrap(withMover(docker))), to: cloud.again(withMover) };
  };
  return { rack, cloud, request };
}

type Change = Lease["change"];

/** Each change that a holder of a lease makes in this host's record goes through `around`. */
function aroundChanges(
  { record }: FakeHost,
  around: (change: Change, decide: Parameters<Change>[0]) => Promise<void>,
  more: Partial<Lease> = {},
): void {
  const open = record.open.bind(record);
  record.open = async (holder) => {
    const session = await open(holder);
    const acquire: typeof session.acquire = async (wish) => {
      const lease = await session.acquire(wish);
      return { ...lease, change: (decide) => around(lease.change, decide), ...more };
    };
    return { ...session, acquire };
  };
}

/** What the source's record is asked to write as CEDE comes to nothing or is written, and then nobody answers. */
function losingCede(host: FakeHost, written: boolean, afterwards: () => void = () => undefined): void {
  aroundChanges(host, async (change, decide) => {
    let cedes = false;
    await change((before) => {
      const after = decide(before);
      cedes = after?.state === "ceded" && before.state !== "ceded";
      return cedes && !written ? before : after;
    });
    if (!cedes) return;
    afterwards();
    throw new DrayageError("LEASE_LOST", "the record session on rack ended before its work did");
  });
}

describe("a move of which nobody answered whether the source has ceded", () => {
  it("starts nothing again on a source that has, and the next run finishes it", async () => {
    const { rack, cloud, request } = await deployed();
    losingCede(rack, true);
    await expect(moveWorkload(request())).rejects.toMatchObject({
      code: "PARTIAL",
      message: expect.stringContaining("belongs to cloud since it was handed over"),
    });
    expect([servesOn(rack, cloud), entryOf(rack)?.state, entryOf(cloud)?.state]).toEqual([[], "ceded", "prepared"]);
    expect(await settleMove(request())).toBe("finished");
    expect([servesOn(rack, cloud), statesOf(rack), entryOf(cloud)?.state]).toEqual([["cloud"], [], "serving"]);
  });

  it("serves again on a source that has not, and leaves nothing on the target", async () => {
    const { rack, cloud, request } = await deployed();
    losingCede(rack, false);
    await expect(moveWorkload(request())).rejects.toMatchObject({ message: expect.stringContaining("serves on rack as before") });
    expect([servesOn(rack, cloud), statesOf(cloud), entryOf(cloud)]).toEqual([["rack"], [], undefined]);
    expect(entryOf(rack)).toMatchObject({ state: "serving", journal: [] });
  });

  it.each([true, false])(
    "starts it nowhere while the source is silent (ceded: %s), and then where its record says",
    async (written) => {
      const { rack, cloud, request } = await deployed();
      const unreachable = new DrayageError("HOST_TIMEOUT", "rack does not answer");
      losingCede(rack, written, () => Object.assign(rack.record, { silent: unreachable }));
      await expect(moveWorkload(request())).rejects.toMatchObject({
        code: "PARTIAL",
        message: expect.stringContaining("rack does not say whether it has handed shop over"),
      });
      expect(servesOn(rack, cloud)).toEqual([]);
      rack.record.silent = undefined;
      rack.record.endSessions();
      expect(await settleMove(request())).toBe(written ? "finished" : "undone");
      expect(servesOn(rack, cloud)).toEqual([written ? "cloud" : "rack"]);
    },
  );
});

describe("a move that somebody comes between", () => {
  it("is refused when the workload was changed after the look, and changes nothing", async () => {
    const { rack, cloud, request } = await deployed();
    const missing: typeof imagesOnTheHost.missing = async (...given) => {
      const session = await rack.record.open("ann");
      await (await session.acquire({ identity, name: "shop", owner: testOwner, purpose: "up" })).release();
      await session.close();
      return imagesOnTheHost.missing(...given);
    };
    const stale = { ...request(), images: { ...imagesOnTheHost, missing } };
    await expect(moveWorkload(stale)).rejects.toMatchObject({ code: "WORLD_MOVED" });
    expect([servesOn(rack, cloud), entryOf(rack)?.journal, entryOf(cloud)]).toEqual([["rack"], [], undefined]);
  });

  it("does not look while somebody works on it: what he changes later would be missed", async () => {
    const { rack, cloud, request } = await deployed();
    const session = await rack.record.open("ann");
    const theirs = await session.acquire({ identity, name: "shop", owner: testOwner, purpose: "up" });
    const inspectContainer = rack.docker.inspectContainer;
    rack.docker.inspectContainer = async (id) =>
      id === session.id ? ({ State: { Running: true } } as never) : inspectContainer(id);
    const missing = async () => {
      await theirs.release();
      return { present: true } as never;
    };
    const stale = { ...request(), images: { ...imagesOnTheHost, missing } };
    await expect(moveWorkload(stale)).rejects.toMatchObject({ code: "LOCKED", message: expect.stringContaining("by ann") });
    expect([servesOn(rack, cloud), entryOf(cloud)]).toEqual([["rack"], undefined]);
  });

  it("is not made from a host of which the record says that it does not live there", async () => {
    const { rack, cloud, request } = await deployed();
    const entry = entryOf(rack) as WorkloadRecord;
    rack.record.record = { ...rack.record.record, workloads: { [identity]: { ...entry, state: "prepared" } } };
    await expect(moveWorkload(request())).rejects.toMatchObject({ code: "WORLD_MOVED" });
    expect([entryOf(rack)?.state, entryOf(cloud), statesOf(cloud)]).toEqual(["prepared", undefined, []]);
  });
});

describe("a move whose target cannot write its record any more", () => {
  it("brings the source back all the same: a lease that was not given back is no reason to stay down", async () => {
    const { rack, cloud, request } = await deployed();
    const full = new DrayageError("DISK_FULL", "the record on cloud was not written: no space left on device");
    const whileItServes = async (change: Change, decide: Parameters<Change>[0]) => {
      if (!statesOf(rack).includes("running")) throw full;
      await change(decide);
    };
    aroundChanges(cloud, whileItServes, { release: () => Promise.reject(full) });
    await expect(moveWorkload(request())).rejects.toMatchObject({ code: "DISK_FULL" });
    expect(servesOn(rack, cloud)).toEqual(["rack"]);
  });
});

describe("a move after a deploy that failed half-way", () => {
  it("stops, fences and clears also what only that deploy knew: started again it would write to what has gone elsewhere", async () => {
    const { rack, cloud, request } = await deployed();
    const image = rack.docker.images.get("app:1")?.Id ?? "";
    const [web] = [...rack.docker.containers.values()];
    const Labels = { ...web?.body.Labels, "dev.drayage.service": "worker" };
    const stray = await rack.docker.createContainer("shop-ab12cd-worker-1-g1-new", { Image: image, Labels } as never);
    await rack.docker.startContainer(stray);
    await rack.docker.setRestartPolicy(stray, { Name: "always" });
    const ceding: string[][] = [];
    aroundChanges(rack, (change, decide) =>
      change((before) => {
        const after = decide(before);
        if (after?.state === "ceded") ceding.push([...rack.docker.containers.keys()]);
        return after;
      }),
    );
    await moveWorkload(request());
    expect(ceding[0]).toBeDefined();
    expect(ceding[0]).not.toContain(stray);
    expect([servesOn(rack, cloud), statesOf(rack)]).toEqual([["cloud"], []]);
  });
});

describe("a move that has released its workload on the target", () => {
  it("is not turned around because what runs could not be written down", async () => {
    const { rack, cloud, request } = await deployed();
    aroundChanges(cloud, (change, decide) =>
      change((before) => {
        const after = decide(before);
        if (after?.gates !== undefined) throw new DrayageError("DOCKER_FAILED", "the record on cloud was not written");
        return after;
      }),
    );
    await expect(moveWorkload(request())).rejects.toMatchObject({ code: "DOCKER_FAILED" });
    expect([servesOn(rack, cloud), entryOf(rack)?.state, entryOf(cloud)?.state]).toEqual([["cloud"], "ceded", "serving"]);
    expect(await settleMove(request())).toBe("nothing was open");
  });
});

import type { HostHandle } from "../../../../sdk/engine/host/host-handle";
import { formatPlan } from "../../../../sdk/engine/plan/format-plan";
import { isLeftover } from "../../../../sdk/engine/record/create-intent";
import { applyWorkload } from "../../../../sdk/engine/workload/apply-workload";
import { previewRemoval, removeWorkload } from "../../../../sdk/engine/workload/remove-workload";
import type { WorkloadInput } from "../../../../sdk/spec/workload";
import { dyingAt } from "../../../support/dying-engine";
import { FakeClock } from "../../../support/fake-clock";
import { type FakeHost, fakeHost } from "../../../support/fake-host";
import { requestFor, testOwner } from "../../../support/workload-requests";

const identity = "ab12cd".padEnd(32, "0");
const clock = new FakeClock();

const shop: Omit<WorkloadInput, "name"> = {
  services: {
    web: { image: "app:1", dependsOn: { db: "healthy" } },
    db: { image: "app:1", volumes: { data: "/data" }, healthcheck: { command: ["ready"] } },
  },
  // The program would give it up; what a killed create left is kept all the same.
  volumes: { data: { keep: false } },
};
const request = (host: HostHandle, owner = testOwner) => requestFor({ name: "shop", ...shop }, { identity, host, clock, owner });
const create = (host: HostHandle) => applyWorkload({ ...request(host), creates: true });
/** All that `dray` knows of it: what the host's record says. */
const sweepOn = (host: HostHandle, owner = { ...testOwner, id: "" }) => {
  const bare = { name: "shop", services: {}, volumes: {}, networks: {}, subnets: "10.213.0.0/16" };
  return { ...request(host, owner), spec: bare, secrets: {}, secretKey: "", leftover: true };
};

function newHost(): FakeHost {
  const host = fakeHost();
  host.docker.addImage("app:1");
  host.docker.program = () => ({ healthy: true });
  return host;
}

describe("what a killed create left", () => {
  it("is told from what has settled by the record alone", async () => {
    const host = newHost();
    await create(host.again(dyingAt(4, "after"))).catch(() => undefined);
    const entry = () => host.record.record.workloads[identity];
    expect(entry() && isLeftover(entry() as never, testOwner)).toBe(true);
    expect(entry() && isLeftover(entry() as never, { ...testOwner, stack: "prod" })).toBe(false);
    host.record.endSessions();
    await create(host.again());
    expect(entry()?.journal).toEqual([]);
  });

  it("goes without its data, whenever it was killed, and nothing is left to sweep again", async () => {
    for (let k = 1, over = false; !over && k < 100; k += 1) {
      const host = newHost();
      over = await create(host.again(dyingAt(k, "after"))).then(
        () => true,
        () => false,
      );
      host.record.endSessions();
      if (over) break;
      const volumes = [...host.docker.volumes.keys()].filter((name) => name.endsWith("-data"));
      const { kept } = await removeWorkload(sweepOn(host.again()));
      expect([k, [...host.docker.containers.keys()], [...host.docker.networks.keys()]]).toEqual([k, [], []]);
      expect([k, [...host.docker.volumes.keys()]]).toEqual([k, volumes]);
      expect(kept).toEqual(volumes.map(() => "data"));
      const entry = host.record.record.workloads[identity];
      expect([k, Object.values(entry?.volumes ?? {}).map(({ state }) => state)]).toEqual([k, volumes.map(() => "kept")]);
      expect(entry?.journal ?? []).toEqual([]);
      expect(formatPlan(await previewRemoval(sweepOn(host.again())))).not.toMatch(/^[+~-]/m);
    }
  });

  it("is left alone when a run has gone on with it and settled since it was found", async () => {
    const host = newHost();
    await create(host.again(dyingAt(8, "after"))).catch(() => undefined);
    host.record.endSessions();
    const sweeping = sweepOn(host.again());
    expect((await previewRemoval(sweeping)).operations).not.toEqual([]);
    await create(host.again());
    const before = [...host.docker.containers.values()].map(({ name, status }) => [name, status]);
    await expect(removeWorkload(sweeping)).rejects.toMatchObject({ code: "WORLD_MOVED" });
    expect([...host.docker.containers.values()].map(({ name, status }) => [name, status])).toEqual(before);
    expect((await removeWorkload(sweepOn(host.again()))).ownedBy).toEqual(testOwner);
  });

  it("is another stack's where that has taken it over, and stays", async () => {
    const host = newHost();
    await create(host.again(dyingAt(8, "after"))).catch(() => undefined);
    host.record.endSessions();
    const before = [...host.docker.containers.keys()];
    const { ownedBy } = await removeWorkload(sweepOn(host.again(), { ...testOwner, stack: "prod", id: "" }));
    expect(ownedBy).toEqual(testOwner);
    expect([...host.docker.containers.keys()]).toEqual(before);
  });
});

describe("a removal that was reviewed", () => {
  it("takes away no more than was shown", async () => {
    const host = newHost();
    await applyWorkload(request(host.handle));
    const reviewed = await previewRemoval(request(host.again()));
    const running = [...host.docker.containers.values()].map(({ status }) => status);
    const less = { ...reviewed, operations: reviewed.operations.filter((one) => one.kind !== "remove volume") };
    await expect(removeWorkload({ ...request(host.again()), reviewed: less })).rejects.toMatchObject({
      code: "WORLD_MOVED",
      message: expect.stringContaining("remove volume data (keep: false)"),
    });
    expect([...host.docker.containers.values()].map(({ status }) => status)).toEqual(running);
    await removeWorkload({ ...request(host.again()), reviewed });
    expect([...host.docker.volumes.keys()]).toEqual([]);
  });
});

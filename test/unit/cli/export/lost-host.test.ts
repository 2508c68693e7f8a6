import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lookAtDisk, refuseOtherWriter } from "../../../../sdk/cli/export/look-at-disk";
import { answers, reachTarget } from "../../../../sdk/cli/export/lost-host";
import type { Fleet, FleetHost } from "../../../../sdk/cli/fleet/fleet";
import type { HostState, WorkloadState } from "../../../../sdk/cli/state/stack-state";
import { label } from "../../../../sdk/engine/labels";
import type { WorkloadRecord } from "../../../../sdk/engine/record/host-record";
import { DrayageError } from "../../../../sdk/spec/drayage-error";

const identity = "shop-id";
const at = "2026-03-01T03:17:00.000Z";
const hostOf = (name: string, more: Partial<HostState> = {}): HostState => ({
  name,
  machineId: `m-${name}`,
  engineId: `e-${name}`,
  connection: { kind: "ssh", address: `${name}.example` },
  ...more,
});
const shop = { name: "shop", identity, id: "shop-1", volumes: ["data"], receipt: undefined } as unknown as WorkloadState;
const serving: WorkloadRecord = {
  name: "shop",
  owner: { stackUid: "uid", project: "shop", stack: "prod", id: "shop-1" },
  epoch: 1,
  state: "serving",
  volumes: { data: { dockerName: "shop-data", keep: true, protect: false, state: "current", since: at } },
  journal: [],
  releases: [{ at, hash: "h", images: {} }],
};
const handedTo = (host: string): WorkloadRecord => ({
  ...serving,
  state: "ceded",
  handover: { epoch: 1, host, machineId: `m-${host}`, engineId: `e-${host}`, at, rootHash: "" },
});

let projectDir: string;

beforeAll(() => {
  projectDir = mkdtempSync(join(tmpdir(), "drayage-restore-"));
  writeFileSync(join(projectDir, "Pulumi.prod.yaml"), "config:\n  dray:stackUid: uid\n");
});
afterAll(() => rmSync(projectDir, { recursive: true }));

interface Machine {
  readonly record?: WorkloadRecord;
  /** States of its containers. */
  readonly containers?: readonly string[];
  readonly failure?: DrayageError;
}

function fleetOf(machines: Readonly<Record<string, Machine>>, hosts = Object.keys(machines).map((name) => hostOf(name))): Fleet {
  const connect = async (name: string): Promise<FleetHost> => {
    const { record, containers = [], failure } = machines[name] ?? {};
    if (failure !== undefined) throw failure;
    const docker = {
      listVolumes: async () => (record === undefined ? [] : [{ Name: "shop-data" }]),
      listContainers: async () =>
        containers.map((State, index) => ({
          ...{ Id: `${index}`, Names: [`/shop-app-${index + 1}-g1`], Image: "i", State, Status: "", Created: 0, Ports: [] },
          Labels: { [label.identity]: identity, [label.service]: "app", [label.replica]: String(index + 1) },
        })),
    };
    return {
      name,
      docker,
      record: { read: async () => ({ workloads: record && { [identity]: record } }) },
    } as unknown as FleetHost;
  };
  return {
    ...{ hosts, connect, state: { workloads: [shop] }, chosen: { project: { name: "shop", dir: projectDir }, stack: "prod" } },
    host: (name: string) => hosts.find((it) => it.name === name),
    connectAll: async () => {
      const names = hosts.map(({ name }) => name).filter((name) => machines[name]?.failure === undefined);
      return { reached: await Promise.all(names.map(connect)), failed: [] };
    },
  } as unknown as Fleet;
}

const silent = { failure: new DrayageError("HOST_TIMEOUT", "it did not answer within 10 s") };
const lost = hostOf("cloud");

describe("a host that may be lost", () => {
  it("is one from which nobody answers", async () => {
    expect((await reachTarget(fleetOf({ cloud: silent, cloud2: {} }), "cloud2", lost)).name).toBe("cloud2");
    expect(await answers(fleetOf({ cloud: silent }), "cloud")).toBe(false);
  });

  it("is none where anybody answers, in whatever way", async () => {
    await expect(reachTarget(fleetOf({ cloud: {}, cloud2: {} }), "cloud2", lost)).rejects.toMatchObject({
      code: "DATA_PROTECTED",
    });
    const otherKey = { failure: new DrayageError("HOST_KEY_CHANGED", "it shows another key") };
    await expect(reachTarget(fleetOf({ cloud: otherKey, cloud2: {} }), "cloud2", lost)).rejects.toMatchObject({
      code: "DATA_PROTECTED",
    });
    await expect(answers(fleetOf({ cloud: otherKey }), "cloud")).rejects.toMatchObject({ code: "HOST_KEY_CHANGED" });
  });

  it("is none where the workload lives already, as when the same command is given again", async () => {
    await expect(reachTarget(fleetOf({ cloud: {}, cloud2: {} }), "cloud", lost)).rejects.toMatchObject({
      code: "USAGE",
      message: "It lives on cloud already: a restore brings it to another host.",
      hint: expect.stringMatching(/dray import.*rebuilt: "m-cloud"/),
    });
  });

  it("is none where the other host is the same machine, with all its disks", async () => {
    const copy = hostOf("cloud2", { machineId: "m-cloud", engineId: "e-cloud" });
    const fleet = fleetOf({ cloud: silent, cloud2: {} }, [lost, copy]);
    await expect(reachTarget(fleet, "cloud2", lost)).rejects.toMatchObject({
      code: "USAGE",
      hint: expect.stringContaining("cloud"),
    });
    // An engine keeps its id with its data: the disk alone in another machine is what a restore in place is for.
    const disk = fleetOf({ cloud: silent, cloud2: {} }, [lost, hostOf("cloud2", { engineId: "e-cloud" })]);
    expect((await reachTarget(disk, "cloud2", lost)).name).toBe("cloud2");
  });
});

describe("a look at the disk of the host that takes its place", () => {
  const look = async (machines: Parameters<typeof fleetOf>[0]) => {
    const fleet = fleetOf({ cloud: silent, ...machines });
    return lookAtDisk(fleet, await fleet.connect("cloud2"), shop, lost);
  };

  it("finds data that served there, and how many of its containers run", async () => {
    expect(await look({ cloud2: { record: serving, containers: ["running", "exited"] } })).toMatchObject({
      kind: "serves",
      volumes: ["data"],
      running: 1,
    });
  });

  it("takes a copy for kept only where the host that it was handed to has handed it on", async () => {
    const cloud2 = { record: handedTo("rack") };
    expect(await look({ cloud2, rack: { record: handedTo("cloud") } })).toEqual({ kind: "nothing" });
    for (const rack of [{ record: serving }, {}, silent]) expect(await look({ cloud2, rack })).toMatchObject({ kind: "refused" });
    expect(await look({ cloud2 })).toMatchObject({ kind: "refused" });
  });

  it("refuses a second writer on any host that answers, and names it", async () => {
    const runs = (state: string) =>
      fleetOf({ cloud: silent, cloud2: { containers: ["running"] }, rack: { containers: [state] } });
    for (const state of ["running", "paused"]) {
      await expect(refuseOtherWriter(runs(state), shop, "cloud2")).rejects.toMatchObject({
        code: "DATA_PROTECTED",
        message: expect.stringContaining("run on rack too"),
      });
    }
    await refuseOtherWriter(runs("exited"), shop, "cloud2");
  });
});

import { Readable, Writable } from "node:stream";
import { Fleet, type FleetHost } from "../../../../sdk/cli/fleet/fleet";
import { reportHosts } from "../../../../sdk/cli/fleet/host-report";
import { parseStackState } from "../../../../sdk/cli/state/stack-state";
import type { Clock } from "../../../../sdk/engine/clock";
import { label } from "../../../../sdk/engine/labels";
import { emptyHostRecord, type HostRecord, type WorkloadRecord } from "../../../../sdk/engine/record/host-record";
import { DrayageError } from "../../../../sdk/spec/drayage-error";

const key = { key: "ssh-ed25519 AAAA", source: "declared" };
const resource = (type: string, name: string, inputs: object, outputs: object) => ({
  urn: `urn:pulumi:dev::shop::drayage:index:${type}::${name}`,
  type: `drayage:index:${type}`,
  id: `${name}-1`,
  inputs,
  outputs,
});
const state = parseStackState(
  JSON.stringify({
    deployment: {
      resources: [
        resource(
          "Host",
          "rack",
          { name: "rack", address: "10.0.0.11", user: "deploy", protection: { data: true }, storage: { outlivesMachine: true } },
          { engineId: "e1", machineId: "m1", hostKeys: [key], connection: { kind: "ssh", address: "10.0.0.11", user: "deploy" } },
        ),
        resource("Host", "cloud", { name: "cloud", address: "10.0.0.12", port: 2222 }, {}),
        resource("Workload", "shop", { identity: "shop-id" }, { identity: "shop-id" }),
      ],
    },
  }),
  "test",
);

const info = {
  id: "e1",
  name: "rack",
  version: "20.10",
  arch: "amd64",
  cpus: 2,
  rootDir: "/var/lib/docker",
  securityOptions: [],
};
const container = (identity: string, service: string, State: string) => ({
  Id: `${identity}-${service}`,
  Names: [`/${identity}-${service}-1-g1`],
  Image: "i",
  State,
  Status: "",
  Created: 0,
  Ports: [],
  Mounts: [],
  Labels: { [label.identity]: identity, [label.kind]: "container", [label.service]: service },
});
const volume = (name: string) => ({ Name: name, Labels: { [label.identity]: "shop-id", [label.name]: "data" } });
const workload = (more: Partial<WorkloadRecord>): WorkloadRecord => ({
  name: "shop",
  owner: { stackUid: "uid", project: "shop", stack: "dev", id: "shop-1" },
  epoch: 1,
  state: "serving",
  volumes: {},
  journal: [],
  releases: [],
  ...more,
});
const kept = (dockerName: string, state: "current" | "superseded") => ({
  dockerName,
  keep: true,
  protect: false,
  state,
  since: "",
});

function rack(record: HostRecord, mover: (question: { id: number }) => string | undefined, engineId = "e1"): FleetHost {
  const measuredVolumes: string[] = [];
  const docker = {
    host: "rack",
    info: async () => ({ ...info, id: engineId }),
    listContainers: async () => [container("shop-id", "web", "running"), container("shop-id", "db", "exited")],
    listVolumes: async () => [volume("current-one"), volume("old-one")],
    inspectImage: async () => ({ Architecture: "amd64" }),
    createContainer: async () => "probe",
    startContainer: async () => undefined,
    removeContainer: async () => undefined,
    runOnce: async (_: string, { Cmd }: { Cmd: string[] }) => {
      measuredVolumes.push(...Cmd.filter((word) => word.includes("=")));
      return { exitCode: 1, stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
    },
    attach: async () => {
      const stdout = new Readable({ read: () => undefined });
      const stdin = new Writable({
        write(chunk, _, done) {
          const answer = mover(JSON.parse(String(chunk)) as { id: number });
          if (answer === undefined) stdout.push(null);
          else stdout.push(`${answer}\n`);
          done();
        },
        final(done) {
          stdout.push(null);
          done();
        },
      });
      return { stdin, stdout, stderr: Readable.from([]), close: () => undefined };
    },
    measuredVolumes,
  };
  return { name: "rack", docker, record: { read: async () => record } } as unknown as FleetHost;
}

/** Its clock is three seconds ahead. */
const answering = ({ id }: { id: number }) =>
  JSON.stringify({
    id,
    clockUs: 3_000_000,
    load: [1, 2, 3],
    memoryBytes: 100,
    availableMemoryBytes: 40,
    uptimeSeconds: 60,
    disks: [{ path: "/data", fsType: "ext4", totalBytes: 10, freeBytes: 5, freeInodes: 1 }],
  });
/** Sleeps for ever, as a time limit does that is not reached. */
const clock = { now: () => 0, monotonic: () => 0, sleep: () => new Promise<void>(() => undefined) };

const report = (host: FleetHost, names?: string[], stackUid = "uid", time: Clock = clock) => {
  const dial = async (name: string) => {
    if (name === "cloud") throw new DrayageError("HOST_TIMEOUT", "no answer", { subject: "cloud" });
    return host;
  };
  const chosen = { project: { dir: "/nowhere", name: "shop" }, stack: "dev" } as never;
  return reportHosts({ fleet: new Fleet(chosen, state, dial), stackUid, clock: time }, names);
};
const record: HostRecord = {
  ...emptyHostRecord,
  workloads: {
    "shop-id": workload({ volumes: { data: kept("current-one", "current"), "data@old": kept("old-one", "superseded") } }),
    "gone-id": workload({ name: "gone" }),
    "left-id": workload({ name: "left", state: "ceded" }),
  },
};

describe("the hosts of a stack", () => {
  it("come with their facts, what lives there and what is kept there; one that does not answer beside the others", async () => {
    const [one, other] = await report(rack(record, answering));
    expect(one).toMatchObject({
      name: "rack",
      address: "deploy@10.0.0.11",
      machineId: "m1",
      hostKeys: [key],
      traits: { storage: { outlivesMachine: true }, endpoint: { kind: "none" } },
      measured: { engineVersion: "20.10", arch: "amd64" },
      now: { clockOffsetMs: 3000, load: [1, 2, 3], data: { path: "/var/lib/docker/volumes", freeBytes: 5 } },
      replaced: false,
      workloads: [{ workload: "shop", running: 1, containers: 2 }],
      data: [{ name: "old-one", state: "superseded", protect: true }],
      errors: [],
    });
    expect(one?.workloads[0]).not.toHaveProperty("foreignOwner");
    expect(other).toMatchObject({ name: "cloud", address: "10.0.0.12:2222", workloads: [], errors: [{ code: "HOST_TIMEOUT" }] });
    expect(other).not.toHaveProperty("measured");
  });

  it("have only the data measured that nothing uses: the rest is for `volumes ls`", async () => {
    const host = rack(record, answering);
    await report(host, ["rack"]);
    expect((host.docker as unknown as { measuredVolumes: string[] }).measuredVolumes).toEqual(["old-one=/volumes/0"]);
  });

  it("whose state cannot be read still show their facts", async () => {
    const [one] = await report(
      rack(record, () => undefined),
      ["rack"],
    );
    expect(one).toMatchObject({ measured: { arch: "amd64" }, workloads: [{}], errors: [{ code: "DOCKER_FAILED" }] });
    expect(one).not.toHaveProperty("now");
  });

  it("whose connection breaks meanwhile hold up nobody for long", async () => {
    const late = { ...clock, sleep: async () => undefined };
    const [one] = await report(
      rack(record, () => ""),
      ["rack"],
      "uid",
      late,
    );
    expect(one?.errors.map(({ code }) => code)).toContain("HOST_TIMEOUT");
  });

  it("are marked when another engine answers, and when a workload is another stack's", async () => {
    const [one] = await report(rack(record, answering, "e2"), ["rack"], "other");
    expect(one).toMatchObject({ replaced: true, workloads: [{ foreignOwner: { project: "shop", stack: "dev" } }] });
  });

  it("that nobody knows are an error with those that are known", async () => {
    const asked = report(rack(record, answering), ["shed"]);
    await expect(asked).rejects.toMatchObject({ code: "NOT_FOUND", hint: expect.stringContaining("rack, cloud") });
  });
});

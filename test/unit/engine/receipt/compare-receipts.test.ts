import { compareReceipts } from "../../../../sdk/engine/receipt/compare-receipts";
import type { Finding } from "../../../../sdk/engine/receipt/comparison";
import type { Receipt, VolumeData } from "../../../../sdk/engine/receipt/receipt";
import { parseReceipt } from "../../../../sdk/engine/receipt/receipt-schema";
import { elsewhere, receipt, replica, withReplica, workload } from "./receipts";

const compare = (b: Receipt, options = {}) => compareReceipts(receipt, b, options);
const notable = (findings: readonly Finding[]) => findings.filter(({ kind }) => kind !== "allowed");
const found = (b: Receipt) => notable(compare(b).findings).map(({ kind, path }) => `${kind} ${path}`);
const image = (change: object) => withReplica({ image: { ...replica.image, ...change } });
const configuration = (change: object) => withReplica({ configuration: { ...replica.configuration, ...change } });
const data = (value: VolumeData) => ({ volumes: { data: { dockerName: "x", usedBy: ["api"], data: value } } });
const service = (change: object) => ({ services: { api: { ...workload.services.api, ...change } } as never });
const bytes = { kind: "bytes", hash: "0".repeat(64), files: 1, bytes: 3, changing: [] } as const;

describe("two receipts", () => {
  it("are equal where only addresses, ids, times and sizes of the machine differ, and name those as allowed", () => {
    const { equal, findings } = compare(elsewhere());
    expect([equal, notable(findings)]).toEqual([true, []]);
    expect(findings.map(({ path }) => path).sort()).toEqual([
      "host.address",
      "host.cpus",
      "host.engineId",
      "host.machineId",
      "host.memoryBytes",
      "identity",
      "services.api.containerId",
      "services.api.startedAt",
      "takenAt",
      "volumes.data.dockerName",
    ]);
  });

  it("name a changed variable by its path, with both values", () => {
    const { equal, findings } = compare(elsewhere(configuration({ environment: { LOG: "debug" } })));
    expect(equal).toBe(false);
    expect(notable(findings)).toEqual([
      { kind: "difference", workload: "shop", path: "services.api.environment.LOG", a: "info", b: "debug" },
    ]);
  });

  it.each<[string, Partial<typeof workload>, string]>([
    ["another build", image({ identity: "beef.4567", layers: ["sha256:1", "sha256:9"] }), "difference services.api.image"],
    ["another platform", image({ identity: "beef.4567", platform: "linux/arm64" }), "difference services.api.image.platform"],
    ["an image that is gone", image({ identity: undefined }), "unknown services.api.image"],
    ["a stopped container", withReplica({ state: "exited", exitCode: 0 }), "difference services.api.state"],
    ["a container that ended otherwise", withReplica({ exitCode: 1 }), "difference services.api.exitCode"],
    ["a sick container", withReplica({ health: "unhealthy" }), "difference services.api.health"],
    [
      "a port on loopback only",
      configuration({ ports: { "80:80/tcp": "127.0.0.1" } }),
      "difference services.api.ports.80:80/tcp",
    ],
    ["an absent service", { services: {} }, "difference services.api"],
    ["fewer replicas", service({ replicas: [] }), "difference services.api.replicas"],
    [
      "another secret",
      service({ secrets: { pg: { hash: "bb", mode: "0400", owner: "0:0" } } }),
      "difference services.api.secrets.pg",
    ],
    [
      "a secret of another owner",
      service({ secrets: { pg: { hash: "aaaaaaaaaaaa", mode: "0400", owner: "9:9" } } }),
      "difference services.api.secrets.pg.owner",
    ],
    ["a missing secret", service({ secrets: {} }), "difference services.api.secrets.pg"],
    ["another config", service({ configs: { "/etc/app": "d2" } }), "difference services.api.configs./etc/app"],
    ["other bytes", data(bytes), "difference volumes.data"],
    ["a missing volume", { volumes: {} }, "difference volumes.data"],
    ["a network that reaches out", { networks: { default: { internal: true } } }, "difference networks.default.internal"],
    ["what an engine decides", configuration({ cgroupNamespace: "host" }), "environment services.api.cgroupNamespace"],
    ["data that nobody asked for", data({ kind: "skipped", why: "not asked for" }), "skipped volumes.data"],
    ["data that could not be told", data({ kind: "unknown", why: "it does not run" }), "unknown volumes.data"],
    ["a fingerprint beside bytes", data({ kind: "fingerprint", hash: "f", service: "api", bytes: 1 }), "unknown volumes.data"],
  ])("tell %s, and nothing else", (_, change, path) => {
    const b = elsewhere(change);
    expect(found(b)).toEqual([path]);
    expect(compare(b).equal).toBe(/^(environment|skipped)/.test(path));
  });

  it("say how much of two builds is the same", () => {
    const [finding] = notable(compare(elsewhere(image({ identity: "beef.4567", layers: ["sha256:1", "sha256:9"] }))).findings);
    expect(finding?.note).toBe("another build: 1 of 2 layers are equal");
  });

  it("cannot compare secrets that were hashed with different keys, and say so instead of guessing", () => {
    const b = elsewhere({}, {}, { secretsKey: "k2" });
    expect(found(b)).toEqual(["unknown services.api.secrets.pg"]);
    expect(compare(b).equal).toBe(false);
  });

  it.each([
    ["another architecture", { arch: "arm64" }, "difference host.arch", false],
    ["another kernel", { kernel: "6.9" }, "environment host.kernel", true],
    ["another engine", { engine: "29.0" }, "environment host.engine", true],
    ["clocks 7 s apart", { clockOffsetMs: 7_000 }, "environment host.clockOffsetMs", true],
    ["clocks two minutes apart", { clockOffsetMs: -120_000 }, "difference host.clockOffsetMs", false],
  ])("tell %s", (_, facts, path, equal) => {
    const b = elsewhere({}, facts);
    expect(found(b)).toEqual([path]);
    expect(compare(b).equal).toBe(equal);
    expect(compare(b, { strict: true }).equal).toBe(false);
  });

  it("take an address of the host's own for an address, and nothing else", () => {
    const bound = (address: string) => elsewhere(configuration({ ports: { "80:80/tcp": address } }));
    expect(found(bound("203.0.113.7"))).toEqual(["difference services.api.ports.80:80/tcp"]);
    const left = { ...receipt, workloads: { shop: { ...workload, ...configuration({ ports: { "80:80/tcp": "10.0.0.1" } }) } } };
    const { equal, findings } = compareReceipts(left, bound("203.0.113.7"));
    expect([equal, notable(findings)]).toEqual([true, []]);
  });

  it("hold a single workload against a single one of another name, and others by name", () => {
    const renamed = { ...elsewhere(), workloads: { store: elsewhere().workloads.shop as never } };
    expect(compare(renamed)).toMatchObject({ equal: true, pairs: [{ a: "shop", b: "store" }] });
    const more = { ...elsewhere(), workloads: { ...elsewhere().workloads, extra: workload } };
    expect(found(more)).toEqual(["difference workloads.extra"]);
  });

  it("name the files that changed while they were read", () => {
    const running = data({ ...bytes, changing: ["pg_wal/1"] });
    expect(notable(compare(elsewhere(running)).findings)[0]?.note).toContain("pg_wal/1");
  });
});

describe("a receipt on file", () => {
  it("is read as it was written, with what a later version added", () => {
    const text = JSON.stringify({ ...receipt, more: 1 });
    expect(parseReceipt(text, "a.json")).toEqual({ ...receipt, more: 1 });
  });

  it.each([
    ["not JSON", "{", "USAGE"],
    ["something else", '{"a":1}', "USAGE"],
    ["a later version's", JSON.stringify({ ...receipt, schemaVersion: 2 }), "NOT_SUPPORTED"],
  ])("is refused when it is %s", (_, text, code) => {
    expect(() => parseReceipt(text, "a.json")).toThrow(expect.objectContaining({ code, subject: "a.json" }));
  });
});

import { causeOf, compareContainer } from "../../../../sdk/engine/workload/compare-container";
import { conflictBetween } from "../../../../sdk/engine/workload/conflicts";
import { diffFields } from "../../../../sdk/engine/workload/diff-fields";
import type { ObservedContainer } from "../../../../sdk/engine/workload/observed-workload";
import type { WantedContainer } from "../../../../sdk/engine/workload/wanted-container";
import { wantedWorkload } from "../../../../sdk/engine/workload/wanted-workload";
import type { ServiceInput } from "../../../../sdk/spec/service";
import { UNKNOWN } from "../../../../sdk/spec/unknown";
import type { VolumeInput } from "../../../../sdk/spec/volume";
import { normalised } from "../../../support/workload-requests";

const volumes: Record<string, VolumeInput> = { data: {}, pool: { shared: true } };

function wish(service: Partial<ServiceInput> = {}): WantedContainer {
  const input = { name: "shop", services: { web: { image: "web:1", ...service } }, volumes: usedBy(service) };
  const { services } = wantedWorkload({ identity: "ab".repeat(16), secretKey: "key", ...normalised(input) });
  const [web] = services;
  if (!web) throw new Error("no service");
  return web.container;
}

function usedBy(service: Partial<ServiceInput>): Record<string, VolumeInput> {
  const used = Object.keys(service.volumes ?? {});
  return Object.fromEntries(Object.entries(volumes).filter(([name]) => used.includes(name)));
}

function live(made: WantedContainer, change: Partial<ObservedContainer> = {}): ObservedContainer {
  return {
    id: "id",
    dockerName: "shop-ababab-web-1-g1",
    service: "web",
    replica: 1,
    generation: 1,
    stage: "current",
    made: JSON.parse(JSON.stringify(made)),
    state: "running",
    exitCode: 0,
    imageId: "sha256:1",
    restart: made.restart,
    memoryBytes: made.memoryBytes ?? 0,
    nanoCpus: (made.cpus ?? 0) * 1e9,
    networkMode: "",
    networks: Object.fromEntries(made.networks.map((join) => [join.dockerName, ["web", ...join.aliases, "abcdef012345"]])),
    volumes: [],
    ...change,
  };
}

describe("compareContainer", () => {
  it.each<[string, Partial<ServiceInput>, Partial<ServiceInput>]>([
    ["nothing changed", {}, {}],
    ["only the number of replicas changed", {}, { replicas: 3 }],
    ["only what it waits for changed", {}, { dependsOn: [] }],
    ["only the gate's probe changed", { healthcheck: { tcp: { port: 80 } } }, { healthcheck: { http: { port: 80 } } }],
    ["only the time it gets to stop changed", {}, { stopGracePeriod: "1m" }],
    ["only the command that tells its data was added", {}, { fingerprint: ["pg_dump", "shop"] }],
  ])("keeps the container when %s", (_, before, after) => {
    expect(compareContainer(wish(after), live(wish(before)))).toEqual({ kind: "same" });
  });

  it.each<[Partial<ServiceInput>, Partial<ServiceInput>, string]>([
    [{}, { image: "web:2" }, "image changed"],
    [{ environment: { A: "1", B: "1" } }, { environment: { A: "1", B: "2", C: "3" } }, "environment.B, environment.C changed"],
    [{ environment: { A: "1" } }, {}, "environment.A changed"],
    [{}, { command: ["serve"] }, "command changed"],
    [{ ports: ["80:80"] }, { ports: ["81:80"] }, "ports changed"],
    [{}, { user: "app" }, "user changed"],
    [{ secrets: { pw: "one" } }, { secrets: { pw: "two" } }, "secrets changed"],
    [{ secrets: { pw: "one" } }, { secrets: { pw: "one", more: "x" } }, "secrets changed"],
    [{ configs: { "/a": { text: "1" } } }, { configs: { "/a": { text: "2" } } }, "mounts changed"],
    [{ secrets: { pw: "one" } }, { secrets: { pw: "one" }, image: "web:2" }, "image changed"],
    [{ healthcheck: { command: "true" } }, { healthcheck: { command: "false" } }, "healthcheck.probe.script changed"],
    [{ memory: "64m" }, {}, "memoryBytes changed"],
  ])("recreates from %j to %j because of %s", (before, after, cause) => {
    const verdict = compareContainer(wish(after), live(wish(before)));
    expect(verdict.kind).toBe("recreate");
    expect(verdict.kind === "recreate" && causeOf(verdict.changes)).toBe(cause);
  });

  it.each<[string, Partial<ServiceInput>, Partial<ObservedContainer>, readonly string[], string]>([
    ["a restart policy", {}, { restart: { name: "no", maximumRetries: 0 } }, ["restart"], "restart changed"],
    ["a memory limit", { memory: "64m" }, { memoryBytes: 1 }, ["limits"], "memoryBytes changed"],
    ["a CPU limit", { cpus: 0.5 }, { nanoCpus: 2e9 }, ["limits"], "cpus changed"],
    ["a lost network", {}, { networks: {} }, ["network"], "networks.default changed"],
    ["a lost name", {}, { networks: { "shop-ababab-default": ["abcdef012345"] } }, ["network"], "networks.default changed"],
    ["a stop", {}, { state: "exited", exitCode: 1 }, ["start"], "not running"],
  ])("repairs %s on the living container", (_, input, change, repairs, cause) => {
    const verdict = compareContainer(wish(input), live(wish(input), change));
    expect(verdict).toMatchObject({ kind: "repair", repairs });
    expect(verdict.kind === "repair" && causeOf(verdict.changes)).toBe(cause);
  });

  it("leaves networks alone that somebody else joined it to", () => {
    const container = live(wish());
    expect(compareContainer(wish(), { ...container, networks: { ...container.networks, monitoring: [] } })).toEqual({
      kind: "same",
    });
  });

  it("does not take an image that is not built yet for another one when its content is known to be equal", () => {
    const built = (identity?: string): Partial<ServiceInput> => ({
      image: { name: "web", contentHash: "c1", ...(identity !== undefined && { identity }) },
    });
    expect(compareContainer(wish(built()), live(wish(built("i1"))))).toEqual({ kind: "same" });
    expect(compareContainer(wish(built("i2")), live(wish(built("i1"))))).toMatchObject({ kind: "recreate" });
  });

  it("recreates what nobody can read", () => {
    const verdict = compareContainer(wish(), live(wish(), { made: undefined }));
    expect(verdict.kind === "recreate" && causeOf(verdict.changes)).toBe("made by another version of drayage");
  });
});

describe("diffFields", () => {
  it.each([
    [{ a: 1 }, { a: 1, b: undefined, c: [], d: {}, e: false }, []],
    [{ a: { b: 1, c: 2 } }, { a: { b: 1, c: 3 } }, ["a.c"]],
    [{ list: [1, 2] }, { list: [2, 1] }, ["list"]],
    [{ a: "x" }, {}, ["a"]],
    [{ a: UNKNOWN }, { a: UNKNOWN }, ["a"]],
    [{ a: 0 }, {}, ["a"]],
  ])("from %j to %j: %j", (was, is, paths) => {
    expect(diffFields(was, is).map((change) => change.path)).toEqual(paths);
  });
});

describe("conflictBetween", () => {
  it.each<[Partial<ServiceInput>, Partial<ServiceInput>, string | undefined]>([
    [{}, {}, undefined],
    [{ ports: ["80:80"] }, { ports: ["80:8080"] }, "port 80"],
    [{ ports: ["80:80"] }, { ports: ["81:80"] }, undefined],
    [{ ports: ["127.0.0.1:80:80"] }, { ports: ["127.0.0.2:80:80"] }, undefined],
    [{ ports: ["127.0.0.1:80:80"] }, { ports: ["80:80"] }, "port 80"],
    [{ ports: ["53:53/udp"] }, { ports: ["53:53/tcp"] }, undefined],
    [{ volumes: { data: "/a" } }, { volumes: { data: "/b" } }, "volume data"],
    [{ volumes: { data: { path: "/a", readOnly: true } } }, { volumes: { data: { path: "/a", readOnly: true } } }, undefined],
    [{ volumes: { data: { path: "/a", readOnly: true } } }, { volumes: { data: "/a" } }, "volume data"],
    [{ volumes: { pool: "/a" } }, { volumes: { pool: "/a" } }, undefined],
    [{ volumes: { "/srv": "/a" } }, { volumes: { "/srv": "/a" } }, "folder /a"],
    [{ networkMode: "host" }, { networkMode: "host" }, "the host's network"],
    [{ devices: ["/dev/ttyUSB0"] }, { devices: ["/dev/ttyUSB0:/dev/x"] }, "device /dev/ttyUSB0"],
  ])("of %j and %j: %s", (old, wanted, reason) => {
    const facts = { data: { shared: false }, pool: { shared: true } };
    expect(conflictBetween(wish(old), wish(wanted), facts)).toBe(reason);
  });

  it("is assumed where nobody knows what the old one holds", () => {
    expect(conflictBetween(undefined, wish(), {})).toBe("what it holds is unknown");
  });
});

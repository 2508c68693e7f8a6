import { knownHosts, parseStackState } from "../../../../sdk/cli/state/stack-state";

const rack = {
  name: "rack",
  connection: { kind: "ssh", address: "10.0.0.11", user: "deploy" },
  engineId: "e1",
  machineId: "m1",
  arch: "amd64",
};
const workload = {
  urn: "urn:pulumi:dev::shop::drayage:index:Workload::shop",
  type: "drayage:index:Workload",
  id: "shop-0123456789ab",
  inputs: { identity: "ab".repeat(16), services: { web: {}, db: {} }, host: { ...rack, name: "cloud" } },
  outputs: { identity: "ab".repeat(16), placement: { host: "rack", machineId: "m1", engineId: "e1" }, placements: { rack } },
};
const exported = (resources: unknown[]) =>
  JSON.stringify({ version: 3, deployment: { manifest: { time: "2026-01-02T03:04:05Z" }, resources } });

describe("the state of a stack", () => {
  it("says where a workload lives by its placements, not by what the program wanted", () => {
    const [it] = parseStackState(exported([workload]), "export").workloads;
    expect(it).toMatchObject({ name: "shop", id: "shop-0123456789ab", services: ["db", "web"] });
    expect(it?.placements.map((host) => host.name)).toEqual(["rack"]);
  });

  it("knows what stands for a service's data, however it was written, and which data may be lost", () => {
    const services = { web: {}, db: { fingerprint: "pg_dump 'the shop'" }, cache: { fingerprint: ["cat", "/x y"] } };
    const inputs = { ...workload.inputs, services, volumes: { data: {}, scratch: { ephemeral: true } } };
    const [it] = parseStackState(exported([{ ...workload, inputs }]), "export").workloads;
    expect(it?.fingerprints).toEqual({ db: ["pg_dump", "the shop"], cache: ["cat", "/x y"] });
    expect(it?.ephemeral).toEqual(["scratch"]);
  });

  it("knows which folders of the host services mount, and the hash of what ran last where it has one", () => {
    const services = {
      web: { volumes: { "/srv/media": "/media", data: "/d" } },
      db: { volumes: { "/srv/media": { path: "/m" } } },
    };
    const read = (receipt: object) => {
      const outputs = { ...workload.outputs, receipt };
      return parseStackState(exported([{ ...workload, inputs: { ...workload.inputs, services }, outputs }]), "export")
        .workloads[0];
    };
    expect(read({ hash: "h", images: {}, configurations: {} })).toMatchObject({
      folders: ["/srv/media"],
      receipt: { hash: "h" },
    });
    expect(read({ images: {}, configurations: {} })?.receipt?.hash).toBeUndefined();
  });

  it("falls back to the wanted host where no placement was written yet", () => {
    const state = parseStackState(exported([{ ...workload, outputs: { identity: workload.inputs.identity } }]), "export");
    expect(state.workloads[0]?.placements[0]?.name).toBe("cloud");
  });

  it("finds a placement's connection among the stack's hosts", () => {
    const host = {
      urn: "urn:pulumi:dev::shop::drayage:index:Host::rack",
      type: "drayage:index:Host",
      id: "rack-1",
      outputs: rack,
    };
    const moved = { ...workload, outputs: { ...workload.outputs, placements: undefined } };
    const [it] = parseStackState(exported([moved, host]), "x").workloads;
    expect(it?.placements).toMatchObject([{ name: "rack", connection: { address: "10.0.0.11" } }]);
    expect(it?.wantedHost).toBe("cloud");
  });

  it("reads the file backend's form too", () => {
    const text = JSON.stringify({ version: 3, checkpoint: { stack: "x", latest: { resources: [workload] } } });
    expect(parseStackState(text, "file").workloads).toHaveLength(1);
  });

  it("of a stack that never ran is empty", () => {
    for (const text of ["", JSON.stringify({ version: 3, checkpoint: { stack: "x" } }), exported([])]) {
      expect(parseStackState(text, "file").workloads).toEqual([]);
    }
  });

  it("knows registered hosts that carry nothing", () => {
    const host = {
      urn: "urn:pulumi:dev::shop::drayage:index:Host::cloud",
      type: "drayage:index:Host",
      id: "cloud-1",
      inputs: { name: "cloud", address: "10.0.0.12", user: "deploy" },
      outputs: { engineId: "e2", machineId: "m2", arch: "amd64" },
    };
    const known = knownHosts(parseStackState(exported([workload, host]), "x"));
    expect(known.map((it) => it.name)).toEqual(["rack", "cloud"]);
    expect(known[1]).toMatchObject({ machineId: "m2", connection: { kind: "ssh", address: "10.0.0.12", user: "deploy" } });
  });

  it("that is broken is an error, never an empty stack", () => {
    expect(() => parseStackState("{", "file")).toThrow("cannot be read");
    expect(() => parseStackState(exported([{ no: "urn" }]), "file")).toThrow("cannot be read");
  });
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hostsInState } from "../../../../sdk/cli/state/hosts-in-state";

describe("the hosts in a stack's state", () => {
  let stateDir: string;
  beforeEach(() => {
    stateDir = mkdtempSync(join(tmpdir(), "drayage-state-"));
    mkdirSync(join(stateDir, ".pulumi/stacks/shop"), { recursive: true });
  });
  afterEach(() => rmSync(stateDir, { recursive: true }));

  const place = () => ({ stateDir, project: "shop", stack: "dev" });
  const write = (resources: unknown) =>
    writeFileSync(join(stateDir, ".pulumi/stacks/shop/dev.json"), JSON.stringify({ checkpoint: { latest: { resources } } }));
  const outputs = {
    name: "rack",
    connection: { kind: "ssh", address: "10.0.0.1" },
    engineId: "ABCD",
    machineId: "0f0f",
    arch: "amd64",
  };

  it("are those that were reached and measured", () => {
    write([
      { type: "pulumi:pulumi:Stack" },
      { type: "drayage:index:Host", outputs },
      { type: "drayage:index:Host", outputs: { ...outputs, name: "new", engineId: "" } },
      { type: "drayage:index:Host" },
      { type: "drayage:index:LocalHost", outputs: { ...outputs, name: "here", connection: { kind: "local" } } },
      { type: "drayage:index:Workload", outputs },
    ]);
    expect(hostsInState(place()).map(({ name }) => name)).toEqual(["rack", "here"]);
  });

  it("say what they were prepared as, for it to be looked at meanwhile", () => {
    write([{ type: "drayage:index:Host", inputs: { prepare: { liveRestore: false } }, outputs }]);
    expect(hostsInState(place())).toEqual([{ ...outputs, prepare: { liveRestore: false } }]);
  });

  it("leave out what is secret", () => {
    write([{ type: "drayage:index:Host", outputs: { ...outputs, connection: { "4dabf18193072939515e22adb298388d": "…" } } }]);
    expect(hostsInState(place())).toEqual([]);
  });

  it("are none without a state, with another backend, or with a state that is no JSON", () => {
    expect(hostsInState(place())).toEqual([]);
    expect(hostsInState({ ...place(), stateDir: undefined })).toEqual([]);
    writeFileSync(join(stateDir, ".pulumi/stacks/shop/dev.json"), "{");
    expect(hostsInState(place())).toEqual([]);
  });
});

import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { noPins, type Pins, readPins, writePins } from "../../../sdk/context/pins-file";
import { DrayageError } from "../../../sdk/spec/drayage-error";

const pins: Pins = {
  workloads: { shop: { host: "rack", instead: "cloud", reason: "dray move shop --back" } },
  images: { api: { contentHash: "3f".repeat(32), identity: "a.b", from: "staging", at: "2026-03-01T12:00:00.000Z" } },
  references: { "shop/db": { ref: "postgres:16", id: "sha256:1", from: "staging", at: "2026-03-01T12:00:00.000Z" } },
  lost: { rack: { machineId: "4c4c", at: "2026-03-01T12:00:00.000Z" } },
};

describe("the pins file", () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "drayage-pins-"));
    path = join(folder, "drayage.pins.production.yaml");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("reads back what was written, and leaves nothing else behind", () => {
    writePins(path, pins);
    expect(readPins(path)).toEqual(pins);
    expect(readdirSync(folder)).toEqual(["drayage.pins.production.yaml"]);
  });

  it("is gone with its last pin, and none means no pins", () => {
    writePins(path, pins);
    writePins(path, noPins);
    expect(existsSync(path)).toBe(false);
    expect(readPins(path)).toEqual(noPins);
  });

  it("of an older version has placements only", () => {
    writeFileSync(path, "workloads:\n  shop: { host: rack, instead: cloud }\n");
    expect(readPins(path)).toEqual({ ...noPins, workloads: { shop: { host: "rack", instead: "cloud" } } });
  });

  it("that lacks something is an error which names it: an overlooked pin would change what runs", () => {
    writeFileSync(path, "images:\n  api: { contentHash: abc, from: staging }\n");
    expect(() => readPins(path)).toThrow(`${path}: images.api needs contentHash, identity, from and at`);
    writeFileSync(path, "workloads:\n  shop: { host: rack }\n");
    expect(() => readPins(path)).toThrow("workloads.shop needs host and instead");
    writeFileSync(path, "image:\n  api: { contentHash: abc }\n");
    expect(() => readPins(path)).toThrow("image is no kind of pin; did you mean 'images'?");
    writeFileSync(path, "workloads: [shop]\n");
    expect(() => readPins(path)).toThrow("workloads must be names with their pins");
  });

  it("that a merge has torn is told as a mistake of the program, in one line", () => {
    writeFileSync(path, "<<<<<<< ours\nworkloads:\n  shop: { host: rack, instead: cloud }\n=======\n");
    expect(() => readPins(path)).toThrow(DrayageError);
    expect(() => readPins(path)).toThrow(/^\S+production\.yaml: it is no YAML: [^\n]+$/);
  });
});

import { pinnedNames, splitPins } from "../../../../sdk/cli/pins/split-pins";
import { renderPins } from "../../../../sdk/cli/render/render-pins";
import { noPins, type Pins } from "../../../../sdk/context/pins-file";

const at = "2026-03-01T12:00:00.000Z";
const pins: Pins = {
  workloads: { shop: { host: "rack", instead: "cloud" } },
  images: { api: { contentHash: "3f2a91c4d0e1ffff", identity: "a.b", from: "staging", at } },
  references: { "shop/db": { ref: "postgres:16", id: "sha256:0123456789abcdef", from: "staging", at } },
  lost: { rack: { machineId: "4c4c", at } },
};

describe("what is pinned under a name", () => {
  it("is a workload, an image, or what a service's reference means", () => {
    expect(splitPins(pins, "shop").named).toEqual({ ...noPins, workloads: pins.workloads });
    expect(splitPins(pins, "api").named).toEqual({ ...noPins, images: pins.images });
    expect(splitPins(pins, "shop/db")).toEqual({
      named: { ...noPins, references: pins.references },
      rest: { ...pins, references: {} },
    });
    expect(pinnedNames(splitPins(pins, "web").named)).toEqual([]);
  });

  it("is told in a line each", () => {
    expect(renderPins(pins).split("\n")).toEqual([
      "shop on rack, where the program says cloud",
      `image api at 3f2a91c4d0e1  (from staging, ${at})`,
      `postgres:16 of shop/db at 0123456789ab  (from staging, ${at})`,
      `host rack is lost  (machine 4c4c, ${at})`,
    ]);
  });
});

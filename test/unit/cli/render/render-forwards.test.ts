import type { FleetForward } from "../../../../sdk/cli/fleet/list-forwards";
import { plainPaint } from "../../../../sdk/cli/render/paint";
import { renderForwards } from "../../../../sdk/cli/render/render-forwards";

const now = Date.parse("2026-01-03T00:00:00Z");
const since = "2026-01-01T00:00:00Z";
const counted = { since, connections: 7, active: 0, failed: 0, lastAt: "2026-01-02T23:56:00Z" };
const shop: FleetForward = {
  ...{ workload: "shop", identity: "i", host: "rack", to: { host: "cloud", address: "10.0.0.12" }, ports: [80] },
  ...{ since, state: "running", counted },
};

describe("the table of what is forwarded", () => {
  it("says no more than the table where all is well", () => {
    expect(renderForwards([shop], now, plainPaint).split("\n")).toHaveLength(2);
  });

  it("says why connections failed, and what brings back one that does not run", () => {
    const failing = { ...shop, counted: { ...counted, failed: 3, lastError: "dial tcp 10.0.0.12:80: i/o timeout" } };
    const { counted: _, ...still } = shop;
    const text = renderForwards([failing, { ...still, host: "attic", state: "missing" }], now, plainPaint);
    expect(text).toContain("shop on rack: 3 failed, the last with: dial tcp 10.0.0.12:80: i/o timeout");
    expect(text).toContain("shop on attic: missing, and clients are refused: `dray up` brings it back");
  });
});

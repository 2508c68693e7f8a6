import { pinsAfterLoss } from "../../../../sdk/cli/export/loss";
import { noPins } from "../../../../sdk/context/pins-file";

const at = "2026-03-01T03:17:00.000Z";
const loss = {
  workload: "shop",
  to: "cloud2",
  toMachineId: "m2",
  programHost: "cloud",
  lost: { name: "cloud", machineId: "m1" },
  at,
};

describe("the pins after a loss", () => {
  it("keep the workload where it came up, and name the machine that is lost", () => {
    expect(pinsAfterLoss(noPins, loss)).toEqual({
      ...noPins,
      workloads: { shop: { host: "cloud2", instead: "cloud", reason: "dray restore shop --to cloud2" } },
      lost: { cloud: { machineId: "m1", at } },
    });
  });

  it("do not call the machine lost on which it lives from now on, and leave others alone", () => {
    const before = { ...noPins, lost: { old: { machineId: "m2", at }, rack: { machineId: "m3", at } } };
    expect(pinsAfterLoss(before, loss).lost).toEqual({ rack: { machineId: "m3", at }, cloud: { machineId: "m1", at } });
  });
});

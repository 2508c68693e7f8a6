import { pinsAfterMove, withoutPin } from "../../../../sdk/cli/move/placement-pins";

const toCloud = { workload: "shop", to: "cloud", programHost: "rack", reason: "dray move shop --to cloud" };

describe("the pin a move leaves", () => {
  it("names where the workload is kept and what the program said", () => {
    expect(pinsAfterMove({ workloads: {} }, toCloud).workloads).toEqual({
      shop: { host: "cloud", instead: "rack", reason: "dray move shop --to cloud" },
    });
  });

  it("is none when the program says the same: an older one goes", () => {
    const pinned = pinsAfterMove({ workloads: {} }, toCloud);
    expect(pinsAfterMove(pinned, { ...toCloud, to: "rack" }).workloads).toEqual({});
  });

  it("leaves other workloads' pins alone", () => {
    const blog = { host: "rack", instead: "cloud" };
    const pinned = pinsAfterMove({ workloads: { blog } }, toCloud);
    expect(withoutPin(pinned, "shop").workloads).toEqual({ blog });
  });
});

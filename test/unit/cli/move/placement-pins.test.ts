import { pinsAfterMove, withoutPin } from "../../../../sdk/cli/move/placement-pins";
import { noPins } from "../../../../sdk/context/pins-file";

const toCloud = { workload: "shop", to: "cloud", programHost: "rack", reason: "dray move shop --to cloud" };

describe("the pin a move leaves", () => {
  it("names where the workload is kept and what the program said", () => {
    expect(pinsAfterMove(noPins, toCloud).workloads).toEqual({
      shop: { host: "cloud", instead: "rack", reason: "dray move shop --to cloud" },
    });
  });

  it("is none when the program says the same: an older one goes", () => {
    const pinned = pinsAfterMove(noPins, toCloud);
    expect(pinsAfterMove(pinned, { ...toCloud, to: "rack" }).workloads).toEqual({});
  });

  it("leaves other workloads' pins alone", () => {
    const blog = { host: "rack", instead: "cloud" };
    const pinned = pinsAfterMove({ ...noPins, workloads: { blog } }, toCloud);
    expect(withoutPin(pinned, "shop").workloads).toEqual({ blog });
  });
});

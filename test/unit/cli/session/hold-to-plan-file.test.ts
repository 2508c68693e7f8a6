import { reviewedPlans } from "../../../../sdk/cli/render/preview";
import { refuseMoreThanPlanned } from "../../../../sdk/cli/session/hold-to-plan-file";
import { operation, plan } from "../render/operations";

const start = operation("start web.1");
const stop = operation("stop web.1", { destructive: true, cause: "image changed" });
const removal = plan([operation("remove web.1", { destructive: true, cause: "the workload is destroyed" })], { kind: "delete" });
const removing = (volume: boolean) =>
  volume ? plan([...removal.operations, operation("remove volume data", { destructive: true })], { kind: "delete" }) : removal;

const refusal = (planned: Parameters<typeof refuseMoreThanPlanned>[1], now: Parameters<typeof refuseMoreThanPlanned>[2]) => {
  try {
    refuseMoreThanPlanned("plan.json", planned, now);
    return undefined;
  } catch (error) {
    return error as { code: string; message: string };
  }
};

describe("an up with a plan file", () => {
  it("goes on when what would happen is what the file shows, or less", () => {
    expect(refusal([plan([start, stop]), removing(true)], [plan([stop]), removal])).toBeUndefined();
  });

  it("is refused when more would stop, by name and cause", () => {
    expect(refusal([plan([start])], [plan([start, stop])])).toMatchObject({
      code: "WORLD_MOVED",
      message: expect.stringContaining("stop web.1 on rack (image changed)"),
    });
  });

  it("is refused a deletion that the file does not show, of ours and of any other package", () => {
    expect(refusal([plan([start])], [removal])?.message).toContain("remove web.1 on rack (the workload is destroyed)");
    expect(refusal([removal], [removing(true)])?.message).toContain("remove volume data");
    const deleted = { name: "server", type: "aws:ec2/instance:Instance", changed: [] };
    const preview = (operation: "delete" | "replace") => ({
      ...{ project: "shop", stack: "dev", plans: [], notes: [], seconds: 0 },
      resources: [{ ...deleted, operation }],
    });
    for (const gone of ["delete", "replace"] as const) {
      expect(refusal([], reviewedPlans(preview(gone)))?.message).toContain("delete aws:ec2/instance:Instance server");
      expect(refusal(reviewedPlans(preview(gone)), reviewedPlans(preview(gone)))).toBeUndefined();
    }
  });

  it("takes an update of something for no leave to delete it", () => {
    const shown = plan([operation("remove web.1", { destructive: true })]);
    expect(refusal([shown], [removal])?.code).toBe("WORLD_MOVED");
  });

  it("holds nothing against what no preview could know", () => {
    expect(refusal([], [plan([stop])])).toBeUndefined();
  });
});

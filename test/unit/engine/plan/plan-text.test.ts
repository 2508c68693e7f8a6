import { formatBytes, formatPlan } from "../../../../sdk/engine/plan/format-plan";
import type { Operation, Plan } from "../../../../sdk/engine/plan/plan";
import { planExceeds } from "../../../../sdk/engine/plan/plan-exceeds";
import { parsePlanFile, readPlanFile, writePlanFile } from "../../../../sdk/engine/plan/plan-file";

const create: Operation = {
  id: "create api.1",
  kind: "create container",
  subject: "api.1",
  host: "rack",
  cause: "image changed",
  destructive: false,
  touchesData: false,
  dependsOn: [],
  detail: { service: "api", replica: 1 },
};
const stop: Operation = {
  ...create,
  id: "stop db.1",
  kind: "stop container",
  subject: "db.1",
  destructive: true,
  touchesData: true,
  dependsOn: ["create api.1"],
};
const ship: Operation = { ...create, id: "ship image api", kind: "ship image", forecast: { bytes: 2_512_000, seconds: 0.31 } };

function planOf(...operations: Operation[]): Plan {
  return {
    schemaVersion: 1,
    kind: "update",
    subject: "shop",
    operations,
    outages: [
      {
        subject: "db",
        seconds: 1.2,
        parts: [
          { name: "stop", seconds: 0.2 },
          { name: "start", seconds: 1 },
        ],
      },
    ],
    notes: ["volume data is re-attached"],
  };
}

describe("formatPlan", () => {
  it("prints one line per operation with symbol, cause, forecast, marks and dependencies", () => {
    expect(formatPlan(planOf(ship, create, stop), { dependencies: true })).toBe(
      [
        "+ ship image api: image changed (2.51 MB, 0.31 s)",
        "+ create api.1: image changed",
        "- stop db.1: image changed ! [data] <- create api.1",
        "  outage of db: about 1.2 s = stop 0.2 s + start 1 s",
        "  note: volume data is re-attached",
      ].join("\n"),
    );
  });

  it("says so when there is nothing to do", () => {
    expect(formatPlan({ ...planOf(), outages: [], notes: [] })).toBe("no changes");
  });

  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1 kB"],
    [239_000_000, "239 MB"],
  ])("prints %d bytes as %s", (bytes, text) => expect(formatBytes(bytes)).toBe(text));
});

describe("plan file", () => {
  it("gives back the plans that were written", () => {
    const plans = [planOf(ship, create, stop)];
    expect(readPlanFile(writePlanFile(plans), "plan.json")).toEqual(plans);
    const program = { project: "shop", stack: "dev", resources: { "workload shop": { name: "shop" } } };
    expect(parsePlanFile(writePlanFile(plans, program), "plan.json")).toEqual({ schemaVersion: 1, plans, program });
  });

  it.each([
    ["no JSON", "{", "it is not JSON"],
    ["another version", JSON.stringify({ schemaVersion: 2, plans: [] }), "schemaVersion"],
    [
      "a broken operation",
      JSON.stringify({ schemaVersion: 1, plans: [{ ...planOf(), operations: [{}] }] }),
      "plans.0.operations.0.id",
    ],
  ])("refuses %s, naming the file and the place", (_, text, reason) => {
    expect(() => readPlanFile(text, "plan.json")).toThrow(reason);
  });
});

describe("planExceeds", () => {
  it("names stops and data operations that the reviewed plan did not show", () => {
    expect(planExceeds(planOf(create), planOf(create, stop))).toEqual([stop]);
    expect(planExceeds(undefined, planOf(stop))).toEqual([stop]);
  });

  it("names an operation that became destructive or began to touch data, or acts on another host", () => {
    expect(planExceeds(planOf({ ...stop, destructive: false }), planOf(stop))).toEqual([stop]);
    expect(planExceeds(planOf({ ...stop, touchesData: false }), planOf(stop))).toEqual([stop]);
    expect(planExceeds(planOf({ ...stop, host: "cloud" }), planOf(stop))).toEqual([stop]);
  });

  it("allows fewer stops, and additional operations that neither stop nor touch data", () => {
    expect(planExceeds(planOf(stop), planOf(ship, create))).toEqual([]);
  });
});

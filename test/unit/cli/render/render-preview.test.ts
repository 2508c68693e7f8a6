import { ansiPaint, plainPaint } from "../../../../sdk/cli/render/paint";
import { type Preview, reviewedPlans } from "../../../../sdk/cli/render/preview";
import { renderPlan } from "../../../../sdk/cli/render/render-plan";
import { renderPreview } from "../../../../sdk/cli/render/render-preview";
import { operation, plan } from "./operations";

const stopFirst = plan(
  [
    operation("ship image db", { cause: "rack lacks 2 layers", forecast: { bytes: 2_500_000, seconds: 0.4 } }),
    operation("stop db.1", { kind: "stop container", destructive: true, cause: "image changed", detail: { service: "db" } }),
    operation("start db.1", {
      kind: "start container",
      cause: "image changed",
      touchesData: true,
      dependsOn: ["stop db.1"],
      detail: { service: "db" },
    }),
  ],
  {
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
    notes: ["volume data is kept and attached again"],
  },
);

function preview(more: Partial<Preview> = {}): Preview {
  return { project: "shop", stack: "dev", plans: [], resources: [], notes: [], seconds: 0.9, ...more };
}

describe("a plan as text", () => {
  it("shows each operation with symbol, cause and forecast, then order, outage with parts, data and notes", () => {
    expect(renderPlan(stopFirst, plainPaint).split("\n")).toEqual([
      "shop on rack  change",
      "  + ship image db  rack lacks 2 layers  2.5 MB, ≈ 0.4 s",
      "  - stop db.1      image changed",
      "  + start db.1",
      "    order  db stop-first",
      "    outage db 1.2 s = stop 0.2 s + start 1.0 s",
      "    data   start db.1",
      "    note   volume data is kept and attached again",
    ]);
  });

  it("names the host of each operation when there are two", () => {
    const text = renderPlan(
      plan([operation("stop db.1"), operation("start db.1", { host: "cloud" })], { kind: "move" }),
      plainPaint,
    );
    expect(text).toContain("shop on rack and cloud  move");
    expect(text).toContain("start db.1 on cloud");
  });

  it("says start-first where the old container stops after the new one has started", () => {
    const startFirst = plan([
      operation("start web.1", { kind: "start container", subject: "web.1", detail: { service: "web" } }),
      operation("gate web.1", {
        kind: "gate container",
        subject: "web.1",
        dependsOn: ["start web.1"],
        detail: { service: "web" },
      }),
      operation("stop web.1", {
        kind: "stop container",
        subject: "web.1",
        dependsOn: ["gate web.1"],
        detail: { service: "web" },
      }),
    ]);
    expect(renderPlan(startFirst, plainPaint)).toContain("order  web start-first");
  });

  it("says a reason once for what is done about one thing, and fields by their first word", () => {
    const cause = "healthcheck.retries, healthcheck.probe.command changed";
    const text = renderPlan(plan([operation("create web.1", { cause }), operation("start web.1", { cause })]), plainPaint);
    expect(text.split("\n").slice(1)).toEqual(["  + create web.1  healthcheck changed", "  + start web.1"]);
  });

  it("paints only through the paint it is given", () => {
    expect(renderPlan(stopFirst, plainPaint)).not.toContain("\u001b");
    expect(renderPlan(stopFirst, ansiPaint)).toContain("\u001b[31m-\u001b[39m stop db.1");
  });
});

describe("what a preview promises", () => {
  const workload = (name: string, operation: "same" | "update" | "create") => ({
    name,
    type: "drayage:index:Workload",
    operation,
    changed: [],
  });

  it("holds a workload without changes to none, and one that could not be planned to nothing", () => {
    const promised = reviewedPlans(
      preview({
        plans: [stopFirst],
        resources: [workload("shop", "update"), workload("blog", "same"), workload("new", "create")],
      }),
    );
    expect(promised.map((it) => [it.subject, it.operations.length])).toEqual([
      ["shop", 3],
      ["blog", 0],
    ]);
  });
});

describe("a preview", () => {
  it("says in one line that nothing changes", () => {
    const resources = [{ name: "shop", type: "drayage:index:Workload", operation: "same", changed: [] } as const];
    expect(renderPreview(preview({ resources }), plainPaint)).toContain("No changes. 1 resource as the program says.");
  });

  it("sums up operations, resources, bytes and outage", () => {
    const resources = [
      { name: "rack", type: "drayage:index:Host", operation: "create", changed: [] },
      { name: "shop", type: "drayage:index:Workload", operation: "update", changed: ["host.name"] },
    ] as const;
    const text = renderPreview(preview({ plans: [stopFirst], resources }), plainPaint);
    expect(text).toContain("  + host rack");
    expect(text).toContain(
      "3 operations · 1 resource to create · 1 resource to update · 1 stop or remove something · 2.5 MB to carry · expected outage 1.2 s (db)",
    );
    expect(text.match(/workload shop/g)).toBeNull();
  });

  it("shows warnings with their subject", () => {
    const notes = [{ severity: "warning", text: "published on all addresses", subject: "shop" }] as const;
    expect(renderPreview(preview({ notes }), plainPaint)).toContain("warning  shop: published on all addresses");
  });
});

import { plainPaint } from "../../../../sdk/cli/render/paint";
import { renderSummary } from "../../../../sdk/cli/render/render-summary";
import type { RunEvent } from "../../../../sdk/cli/render/run-progress";
import { measuredOutage, summariseSubjects } from "../../../../sdk/cli/render/summarise-run";
import { operation, plan } from "./operations";

const stop = operation("stop db.1", { subject: "db", destructive: true, detail: { service: "db" } });
const start = operation("start db.1", { subject: "db", detail: { service: "db" } });
const events: RunEvent[] = [
  { kind: "started", scope: "shop", operation: stop, at: 1000 },
  { kind: "finished", scope: "shop", operation: stop, seconds: 0.2, at: 1200 },
  { kind: "started", scope: "shop", operation: start, at: 1200 },
  { kind: "finished", scope: "shop", operation: start, seconds: 0.7, at: 1900 },
];
const stopFirst = plan([stop, start], { outages: [{ subject: "db", seconds: 1.2, parts: [] }] });

describe("a summary", () => {
  it("puts the measured outage beside the forecast", () => {
    const text = renderSummary(
      {
        action: "up",
        project: "shop",
        stack: "dev",
        seconds: 4.2,
        subjects: summariseSubjects([stopFirst], events),
        changed: 1,
        failed: 0,
        unchanged: 3,
        outputs: { url: "http://10.0.0.11" },
      },
      plainPaint,
    );
    expect(text.split("\n")).toEqual([
      "✓ shop on rack  2 operations in 0.9 s",
      "    outage of db  0.9 s measured, 1.2 s forecast",
      "",
      "url  http://10.0.0.11",
      "",
      "1 resource changed, 3 unchanged  up took 4.2 s",
    ]);
  });

  it("does not invent an outage where nothing stopped", () => expect(measuredOutage("db", events.slice(2))).toBeUndefined());

  it("says that nothing changed", () => {
    expect(
      renderSummary(
        {
          action: "up",
          project: "p",
          stack: "dev",
          seconds: 0.7,
          subjects: [],
          changed: 0,
          failed: 0,
          unchanged: 6,
          outputs: {},
        },
        plainPaint,
      ),
    ).toBe("No change. 6 resources as the program says  up took 0.7 s");
  });
});

import { plainPaint } from "../../../../sdk/cli/render/paint";
import { amountText, lastingLine, runningLines } from "../../../../sdk/cli/render/render-progress";
import { advance, noProgress, type RunEvent, type RunProgress, rateOf } from "../../../../sdk/cli/render/run-progress";
import { operation, plan } from "./operations";

const ship = operation("ship image db", { cause: "missing" });

function folded(...events: RunEvent[]): RunProgress {
  return events.reduce(advance, noProgress);
}

const bytes = (at: number, done: number): RunEvent => ({
  kind: "progress",
  scope: "shop",
  operation: ship,
  progress: { done, total: 8_000_000, unit: "bytes" },
  at,
});

describe("a run in progress", () => {
  it("shows what runs with bytes, share and rate of the last seconds", () => {
    const state = folded(
      { kind: "plan", plan: plan([ship]), at: 0 },
      { kind: "started", scope: "shop", operation: ship, at: 0 },
      bytes(0, 0),
      bytes(1000, 2_000_000),
      bytes(2000, 4_000_000),
    );
    expect(runningLines(state, 2000, 100, 24, plainPaint)).toEqual([
      "● shop  ship image db  2.0 s  4.0 MB of 8.0 MB, 50 %, 2.0 MB/s",
      "  0 of 1 operations done",
    ]);
  });

  it("forgets samples older than three seconds", () => {
    const state = folded(bytes(0, 0), bytes(10_000, 1_000_000), bytes(11_000, 5_000_000));
    const [running] = [...state.running.values()];
    expect(running && rateOf(running)).toBe(4_000_000);
  });

  it("never writes a line wider than the terminal, nor more lines than it has", () => {
    const many = Array.from(
      { length: 30 },
      (_, i): RunEvent => ({
        kind: "started",
        scope: "a-long-workload-name",
        operation: operation(`start service-number-${i}.1`),
        at: 0,
      }),
    );
    const lines = runningLines(folded(...many), 0, 30, 10, plainPaint);
    expect(lines.length).toBeLessThanOrEqual(9);
    expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(30);
    expect(lines.at(-1)).toBe("  … and 23 more");
  });

  it("drops an operation when it ended and leaves one line", () => {
    const end: RunEvent = { kind: "finished", scope: "shop", operation: ship, seconds: 0.4, at: 400 };
    expect(folded({ kind: "started", scope: "shop", operation: ship, at: 0 }, end).running.size).toBe(0);
    expect(lastingLine(end, plainPaint)).toBe("✓ shop  ship image db on rack  0.4 s");
  });

  it("keeps operations of two workloads apart", () => {
    const start = (scope: string): RunEvent => ({ kind: "started", scope, operation: operation("start web.1"), at: 0 });
    expect(folded(start("a"), start("b")).running.size).toBe(2);
  });
});

describe("amounts", () => {
  it("count steps and files in their unit and carry the text", () => {
    expect(amountText({ done: 3, total: 7, unit: "steps", text: "RUN make" }, undefined)).toBe(
      "3 steps of 7 steps, 42 %, RUN make",
    );
    expect(amountText({ done: 12, unit: "files" }, undefined)).toBe("12 files");
    expect(amountText(undefined, 3)).toBe("");
  });
});

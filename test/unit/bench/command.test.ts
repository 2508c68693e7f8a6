import type { Bench } from "../../bench/bench";
import { chooseBenches } from "../../bench/choose-benches";
import type { Row } from "../../bench/measure/row";
import { readMoveSummary } from "../../bench/move/move-summary";
import { renderRows } from "../../bench/render/render-rows";

const bench = (name: string): Bench => ({ name, summary: name, run: async () => undefined });
const known = [bench("noop"), bench("preview"), bench("move")];

describe("the arguments of the benchmark", () => {
  it("choose by name, in the order of the list, each once", () => {
    expect(chooseBenches(["move", "noop", "move", "--json"], known)).toEqual({ benches: [known[0], known[2]], json: true });
  });

  it("ask for the list", () => expect(chooseBenches(["list"], known)).toEqual({ list: true, json: false }));

  it.each([[[]], [["--json"]], [["nop"]], [["noop", "list"]]])("are refused with the usage: %j", (args) =>
    expect(chooseBenches(args, known)).toHaveProperty("usage", expect.stringContaining("noop preview move")),
  );
});

describe("a table of rows", () => {
  const row: Row = { case: "up", unit: "s", ours: 0.71, beside: 0.65, ratio: 1.09, goal: "≤ 1.2 × beside", ok: true };
  const lines = (...rows: Row[]) => renderRows("noop", rows).split("\n");

  it("aligns figures to the right", () => {
    const [, head, first, second] = lines(row, { ...row, case: "a longer case", ours: 12.34 });
    expect(first).toMatch(/^ {2}up {12,}0\.710 s {2}0\.650 s {3}1\.09 {2}≤ 1\.2 × beside {2}ok$/);
    expect(second?.indexOf("12.3 s")).toBe((first?.indexOf("0.710 s") ?? 0) + 1);
    expect(head).toContain("beside");
  });

  it("says loudly what missed its goal, and nothing where there is none", () => {
    const [, , missed, free] = lines({ ...row, ok: false }, { ...row, goal: null, beside: null, ratio: null });
    expect(missed).toMatch(/MISSED$/);
    expect(free).toMatch(/– +– +–$/);
  });

  it("writes bytes as people read them", () => {
    const bytes = (ours: number) => lines({ ...row, unit: "bytes", ours })[2] ?? "";
    expect([bytes(812), bytes(41_300), bytes(2_534_000)].map((line) => /([\d.]+ [kM]?B)/.exec(line)?.[1])).toEqual([
      "812 B",
      "41.3 kB",
      "2.53 MB",
    ]);
  });
});

describe("what a move says of itself", () => {
  const line = (value: object) => JSON.stringify({ schemaVersion: 1, command: "up", ...value });
  const subjects = [
    { kind: "update", bytes: {}, outages: [{ subject: "x", forecast: 99 }] },
    { kind: "move", bytes: { measured: 5_000_000 }, outages: [{ forecast: 0.4 }, { forecast: 1.5, measured: 1.2 }] },
  ];

  it("is the longest forecast outage and the bytes of the move, from the summary line", () => {
    const text = [line({ event: "plan", plan: {} }), "not json", line({ event: "summary", summary: { subjects } })].join("\n");
    expect(readMoveSummary(text)).toEqual({ forecastSeconds: 1.5, bytes: 5_000_000, parts: [] });
  });

  it("tells each part of the outage beside what its operations took", () => {
    const parts = [
      { name: "stop", seconds: 0.5 },
      { name: "start", seconds: 0.7 },
    ];
    const finished = (id: string, seconds: number) => line({ event: "operation", phase: "finished", id, seconds });
    const text = [
      line({ event: "plan", plan: { kind: "move", outages: [{ parts }] } }),
      ...[
        finished("stop source db", 0.25),
        finished("start db.1", 0.5),
        finished("gate db.1", 0.25),
        finished("copy volume data", 9),
      ],
    ].join("\n");
    expect(readMoveSummary(text).parts).toEqual([
      { name: "stop", forecast: 0.5, measured: 0.25 },
      { name: "start", forecast: 0.7, measured: 0.75 },
    ]);
  });

  it("is nothing where nothing moved", () => {
    const text = line({ event: "summary", summary: { subjects: subjects.slice(0, 1) } });
    expect(readMoveSummary(text)).toEqual({ forecastSeconds: undefined, bytes: undefined, parts: [] });
  });
});

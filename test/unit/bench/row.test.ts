import { median } from "../../bench/measure/median";
import { toRow } from "../../bench/measure/row";

describe("a median", () => {
  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 3, 2], 2.5],
    [[7], 7],
  ])("of %j is %d", (values, expected) => expect(median(values)).toBe(expected));

  it("is no number when a value is missing, so that no goal is met by a gap", () => {
    expect(median([])).toBeNaN();
    expect(median([1, Number.NaN, 1])).toBeNaN();
  });
});

describe("a row", () => {
  const base = { case: "up", unit: "s" } as const;

  it("tells medians, and the ratio of the rounds", () => {
    const row = toRow({ ...base, ours: [1, 2, 9], beside: [1, 1, 3] });
    expect(row).toEqual({ case: "up", unit: "s", ours: 2, beside: 1, ratio: 2, goal: null, ok: true });
  });

  it("judges round by round, so that a slow minute is slow for both", () => {
    const goal = { ratio: 1.2 };
    expect(toRow({ ...base, ours: [1.1, 1.1, 5.5], beside: [1, 1, 5], goal }).ok).toBe(true);
    expect(toRow({ ...base, ours: [1.1, 1.3, 1.3], beside: [1, 1, 1], goal }).ok).toBe(false);
  });

  it("grants a constant on top where one is allowed", () => {
    const goal = { ratio: 1.2, plus: 0.25 };
    const row = toRow({ ...base, ours: [1.44], beside: [1], goal });
    expect([row.ok, row.goal]).toEqual([true, "≤ 1.2 × beside + 0.25 s"]);
    expect(toRow({ ...base, ours: [1.46], beside: [1], goal }).ok).toBe(false);
  });

  it("judges an absolute goal without anything beside", () => {
    expect(toRow({ ...base, ours: [0.3, 0.1, 0.2], goal: { atMost: 0.2 } })).toMatchObject({
      beside: null,
      ratio: null,
      ok: true,
    });
    expect(toRow({ ...base, ours: [0.21], goal: { atMost: 0.2 } }).ok).toBe(false);
  });

  it("fails a goal whose figures are missing", () => {
    expect(toRow({ ...base, ours: [], goal: { atMost: 3 } }).ok).toBe(false);
    expect(toRow({ ...base, ours: [1], goal: { ratio: 2 } }).ok).toBe(false);
    expect(toRow({ ...base, ours: [], beside: [1], goal: { ratio: 2 } }).ok).toBe(false);
  });
});

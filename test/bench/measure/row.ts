/** One line of a benchmark: a figure of ours, the same figure of what it is held against, and whether the goal was met. */
import { median } from "./median";

export type Unit = "s" | "bytes" | "writes";

/** What is asked for: ours ≤ ratio × beside + plus, or ours ≤ atMost. */
export type Goal = { readonly ratio: number; readonly plus?: number } | { readonly atMost: number };

export interface Row {
  readonly case: string;
  readonly unit: Unit;
  readonly ours: number;
  readonly beside: number | null;
  /** Median of ours ÷ beside over the rounds; null when nothing stands beside. */
  readonly ratio: number | null;
  /** In words; null when the row only informs. */
  readonly goal: string | null;
  /** True as well where there is no goal. */
  readonly ok: boolean;
}

export interface Figures {
  readonly case: string;
  readonly unit: Unit;
  /** One figure per round. */
  readonly ours: readonly number[];
  /** Measured in the same rounds, right after ours. */
  readonly beside?: readonly number[];
  readonly goal?: Goal;
}

/** The verdict compares round by round, so that a machine that is slow for a while is slow for both. */
export function toRow({ case: name, unit, ours, beside, goal }: Figures): Row {
  const ratios = beside?.map((value, round) => (ours[round] ?? Number.NaN) / value);
  return {
    case: name,
    unit,
    ours: median(ours),
    beside: beside === undefined ? null : median(beside),
    ratio: ratios === undefined ? null : median(ratios),
    goal: goal === undefined ? null : goalText(goal, unit),
    ok: goal === undefined || isMet(goal, ours, beside),
  };
}

function isMet(goal: Goal, ours: readonly number[], beside: readonly number[] | undefined): boolean {
  if ("atMost" in goal) return median(ours) <= goal.atMost;
  if (beside === undefined) return false;
  return median(beside.map((value, round) => (ours[round] ?? Number.NaN) - goal.ratio * value)) <= (goal.plus ?? 0);
}

function goalText(goal: Goal, unit: Unit): string {
  if ("atMost" in goal) return `≤ ${goal.atMost} ${unit}`;
  return `≤ ${goal.ratio} × beside${goal.plus === undefined ? "" : ` + ${goal.plus} ${unit}`}`;
}

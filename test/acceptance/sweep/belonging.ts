/** Something at AWS that carries the budget tag, and whether a sweep takes it. */

/** Three tags, on all that an acceptance run makes. */
export const tagKeys = {
  /** Its value is the budget's name. */
  budget: "acceptance:budget",
  run: "acceptance:run",
  /** ISO time of the run's start: not all that AWS keeps has a time of its own. */
  started: "acceptance:started",
} as const;

export interface Belonging {
  /** AWS's own word: `instance`, `elastic-ip`; `role` and `instance-profile` are IAM's. */
  readonly kind: string;
  /** The ID, at IAM the name. */
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface SweepRule {
  readonly budget: string;
  /** What this run made goes whatever its age. Absent: only what is too old. */
  readonly run?: string;
  readonly maxAgeHours: number;
  readonly now: Date;
}

export interface Choice {
  readonly remove: readonly Belonging[];
  readonly keep: readonly (Belonging & { readonly reason: string })[];
}

/** Pure. What does not carry the budget's tag is not even mentioned; what has no readable age is left to a person. */
export function choose(found: readonly Belonging[], rule: SweepRule): Choice {
  const ours = found.filter(({ tags }) => tags[tagKeys.budget] === rule.budget);
  const judged = ours.map((one) => ({ one, reason: reasonToKeep(one, rule) }));
  return {
    remove: judged.flatMap(({ one, reason }) => (reason === undefined ? [one] : [])),
    keep: judged.flatMap(({ one, reason }) => (reason === undefined ? [] : [{ ...one, reason }])),
  };
}

function reasonToKeep({ tags }: Belonging, { run, maxAgeHours, now }: SweepRule): string | undefined {
  if (run !== undefined && tags[tagKeys.run] === run) return undefined;
  const started = Date.parse(tags[tagKeys.started] ?? "");
  if (Number.isNaN(started)) return "no readable time of its run's start";
  const hours = (now.getTime() - started) / 3_600_000;
  return hours > maxAgeHours ? undefined : `of a run that began ${hours.toFixed(1)} h ago`;
}

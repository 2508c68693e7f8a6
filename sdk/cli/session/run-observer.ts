/** What our provider, living in this process, tells of a run: plans, progress, and failures as they were thrown. */
import type { Plan } from "../../engine/plan/plan";
import type { Progress, Report } from "../../engine/report";
import type { Redact } from "../../provider/redact";
import type { ProviderObserver } from "../../provider/serve-options";
import { parseUrn } from "../../provider/urn";
import { nothingPlanned } from "../render/preview";
import type { RunEvent } from "../render/run-progress";
import { redactError } from "./redact-error";

export interface RunObserver extends ProviderObserver {
  plans(): Plan[];
  /** By resource, in the order they came. */
  failures(): ReadonlyMap<string, readonly unknown[]>;
}

export interface RunObserverOptions {
  readonly onEvent: (event: RunEvent) => void;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** What a person has said yes to; the engine refuses an apply that would stop or touch more, before it begins. */
  readonly reviewed?: readonly Plan[] | undefined;
}

export function createRunObserver({ onEvent, now, reviewed }: RunObserverOptions): RunObserver {
  const plans = new Map<string, Plan>();
  const failures = new Map<string, unknown[]>();
  return {
    reviewed: (urn) => (reviewed === undefined ? undefined : reviewedPlan(reviewed, parseUrn(urn).name)),
    reviewedRemoval: (urn) => (reviewed === undefined ? undefined : reviewedRemoval(reviewed, parseUrn(urn).name)),
    plans: () => [...plans.values()],
    failures: () => failures,
    failed: (urn, error, redact) => void failures.set(urn, [...(failures.get(urn) ?? []), redactError(error, redact)]),
    report(urn, _preview, redact): Report {
      const scope = parseUrn(urn).name;
      return {
        plan(plan) {
          plans.set(urn, plan);
          onEvent({ kind: "plan", plan, at: now() });
        },
        started: (operation) => onEvent({ kind: "started", scope, operation, at: now() }),
        progress: (operation, progress) =>
          onEvent({ kind: "progress", scope, operation, progress: redactProgress(progress, redact), at: now() }),
        finished: (operation, seconds) => onEvent({ kind: "finished", scope, operation, seconds, at: now() }),
        failed: (operation, error) => onEvent({ kind: "failed", scope, operation, error: redactError(error, redact), at: now() }),
        say: (severity, text) => onEvent({ kind: "note", note: { severity, text: redact(text), subject: scope }, at: now() }),
      };
    },
  };
}

/** All that was shown of what has this name; undefined where a preview could not know, as on a host that does not exist yet. */
export function reviewedPlan(reviewed: readonly Plan[], subject: string): Plan | undefined {
  const [first, ...others] = reviewed.filter((plan) => plan.kind !== "delete" && plan.subject === subject);
  return first && { ...first, operations: [first, ...others].flatMap((plan) => plan.operations) };
}

/** What was shown of its deletion; where none was shown, that: nothing. */
export function reviewedRemoval(reviewed: readonly Plan[], subject: string): Plan {
  const shown = reviewed.filter((plan) => plan.kind === "delete" && plan.subject === subject);
  return { ...nothingPlanned(subject), kind: "delete", operations: shown.flatMap((plan) => plan.operations) };
}

function redactProgress(progress: Progress, redact: Redact): Progress {
  return progress.text === undefined ? progress : { ...progress, text: redact(progress.text) };
}

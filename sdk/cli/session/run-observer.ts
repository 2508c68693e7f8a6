/** What our provider, living in this process, tells of a run: plans, progress, and failures as they were thrown. */
import type { Plan } from "../../engine/plan/plan";
import { planExceeds } from "../../engine/plan/plan-exceeds";
import type { Progress, Report } from "../../engine/report";
import type { Redact } from "../../provider/redact";
import type { ProviderObserver } from "../../provider/serve-options";
import { parseUrn } from "../../provider/urn";
import { DrayageError } from "../../spec/drayage-error";
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
  /** What a person has said yes to; an apply that would stop or touch more is refused before it begins. */
  readonly reviewed?: readonly Plan[] | undefined;
}

export function createRunObserver({ onEvent, now, reviewed }: RunObserverOptions): RunObserver {
  const plans = new Map<string, Plan>();
  const failures = new Map<string, unknown[]>();
  return {
    plans: () => [...plans.values()],
    failures: () => failures,
    failed: (urn, error, redact) => void failures.set(urn, [...(failures.get(urn) ?? []), redactError(error, redact)]),
    report(urn, preview, redact): Report {
      const scope = parseUrn(urn).name;
      return {
        plan(plan) {
          if (!preview && reviewed !== undefined) refuseMore(reviewed, plan);
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

/** @throws WORLD_MOVED naming what was not in the plan. */
export function refuseMore(reviewed: readonly Plan[], actual: Plan): void {
  const seen = reviewed.filter((plan) => plan.subject === actual.subject);
  const operations = seen.flatMap((plan) => plan.operations);
  const more = planExceeds({ ...actual, operations }, actual);
  if (more.length === 0) return;
  const names = more.map((it) => `${it.id} on ${it.host} (${it.cause})`).join(", ");
  throw new DrayageError("WORLD_MOVED", `It would now also ${names}, which the plan you saw did not show. Nothing was changed.`, {
    subject: actual.subject,
    hint: "Look again: dray preview",
  });
}

function redactProgress(progress: Progress, redact: Redact): Progress {
  return progress.text === undefined ? progress : { ...progress, text: redact(progress.text) };
}

/** What a run did, from its plans and events: forecast beside measured. Pure. */
import type { Operation, Plan, PlanKind } from "../../engine/plan/plan";
import type { RunEvent } from "./run-progress";

export interface RunSummary {
  readonly action: string;
  readonly project: string;
  readonly stack: string;
  readonly seconds: number;
  readonly subjects: readonly SubjectSummary[];
  readonly changed: number;
  readonly failed: number;
  readonly unchanged: number;
  /** Stack outputs; secret ones say `[secret]`. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

export interface SubjectSummary {
  readonly subject: string;
  readonly kind: PlanKind;
  readonly hosts: readonly string[];
  readonly finished: number;
  readonly failed: number;
  readonly seconds: number;
  readonly bytes: Compared;
  readonly outages: readonly ({ readonly subject: string } & Compared)[];
}

export interface Compared {
  readonly forecast?: number;
  readonly measured?: number;
}

export function summariseSubjects(plans: readonly Plan[], events: readonly RunEvent[]): SubjectSummary[] {
  return plans
    .filter((plan) => plan.operations.length > 0)
    .map((plan) => {
      const own = events.filter((event) => "scope" in event && event.scope === plan.subject);
      const failed = own.filter((event) => event.kind === "failed").length;
      return {
        subject: plan.subject,
        kind: plan.kind,
        hosts: [...new Set(plan.operations.map((it) => it.host).filter((host) => host !== ""))],
        finished: own.filter((event) => event.kind === "finished").length,
        failed,
        seconds: spanOf(own),
        bytes: compared(forecastBytes(plan.operations), measuredBytes(own)),
        outages: plan.outages.map((it) => ({
          subject: it.subject,
          ...compared(it.seconds, failed > 0 ? undefined : measuredOutage(it.subject, own)),
        })),
      };
    });
}

/** From the start of what stops the subject to the end of its gate, as the engine itself saw it. */
export function measuredOutage(subject: string, events: readonly RunEvent[]): number | undefined {
  const own = events.filter(isOperationEvent).filter((event) => isAbout(event.operation, subject));
  const stop = own.find((event) => event.kind === "started" && event.operation.kind.startsWith("stop"));
  const finished = own.filter((event) => event.kind === "finished");
  const end = lastOf(finished, "gate") ?? lastOf(finished, "start");
  return stop === undefined || end === undefined || end.at < stop.at ? undefined : (end.at - stop.at) / 1000;
}

type OperationEvent = Extract<RunEvent, { readonly operation: Operation }>;

function isOperationEvent(event: RunEvent): event is OperationEvent {
  return event.kind === "started" || event.kind === "progress" || event.kind === "finished" || event.kind === "failed";
}

function lastOf(events: readonly OperationEvent[], verb: string): OperationEvent | undefined {
  return events.filter((event) => event.operation.kind.startsWith(verb)).at(-1);
}

function isAbout(operation: Operation, subject: string): boolean {
  return operation.subject === subject || operation.detail.service === subject || operation.subject.startsWith(`${subject}.`);
}

function spanOf(events: readonly RunEvent[]): number {
  const times = events.map((event) => event.at);
  return times.length === 0 ? 0 : (Math.max(...times) - Math.min(...times)) / 1000;
}

function forecastBytes(operations: readonly Operation[]): number | undefined {
  const known = operations.flatMap((it) => (it.forecast?.bytes === undefined ? [] : [it.forecast.bytes]));
  return known.length === 0 ? undefined : known.reduce((sum, it) => sum + it, 0);
}

function measuredBytes(events: readonly RunEvent[]): number | undefined {
  const last = new Map<string, number>();
  for (const event of events) {
    if (event.kind === "progress" && event.progress.unit === "bytes" && event.progress.done !== undefined) {
      last.set(event.operation.id, event.progress.done);
    }
  }
  return last.size === 0 ? undefined : [...last.values()].reduce((sum, it) => sum + it, 0);
}

function compared(forecast: number | undefined, measured: number | undefined): Compared {
  return { ...(forecast === undefined ? {} : { forecast }), ...(measured === undefined ? {} : { measured }) };
}

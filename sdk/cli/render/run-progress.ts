/** What is going on in a run, folded from events. Pure: time comes with the events. */
import type { Operation, Plan } from "../../engine/plan/plan";
import type { Progress } from "../../engine/report";
import type { Note, ResourceOperation } from "./preview";

/** `scope` is the name of the workload, image or host the operation belongs to. `at` is monotonic milliseconds. */
export type RunEvent =
  | { readonly kind: "plan"; readonly plan: Plan; readonly at: number }
  | { readonly kind: "started"; readonly scope: string; readonly operation: Operation; readonly at: number }
  | {
      readonly kind: "progress";
      readonly scope: string;
      readonly operation: Operation;
      readonly progress: Progress;
      readonly at: number;
    }
  | {
      readonly kind: "finished";
      readonly scope: string;
      readonly operation: Operation;
      readonly seconds: number;
      readonly at: number;
    }
  | { readonly kind: "failed"; readonly scope: string; readonly operation: Operation; readonly error: Error; readonly at: number }
  | {
      readonly kind: "resource";
      readonly name: string;
      readonly type: string;
      readonly operation: ResourceOperation;
      readonly phase: "started" | "finished" | "failed";
      readonly at: number;
    }
  | { readonly kind: "note"; readonly note: Note; readonly at: number };

export interface RunningOperation {
  readonly scope: string;
  readonly operation: Operation;
  readonly startedAt: number;
  readonly progress: Progress | undefined;
  /** The last three seconds of byte counts: what the rate is made from. */
  readonly samples: readonly { readonly at: number; readonly done: number }[];
}

export interface RunProgress {
  readonly running: ReadonlyMap<string, RunningOperation>;
  readonly finished: number;
  readonly planned: number;
}

export const noProgress: RunProgress = { running: new Map(), finished: 0, planned: 0 };

const windowMs = 3000;

export function advance(state: RunProgress, event: RunEvent): RunProgress {
  switch (event.kind) {
    case "plan":
      return { ...state, planned: state.planned + event.plan.operations.length };
    case "started":
      return { ...state, running: added(state.running, event.scope, event.operation, event.at) };
    case "progress":
      return { ...state, running: progressed(state.running, event) };
    case "finished":
    case "failed":
      return { ...state, running: without(state.running, keyOf(event.scope, event.operation)), finished: state.finished + 1 };
    default:
      return state;
  }
}

/** Bytes per second over the last seconds; undefined until two samples are there. */
export function rateOf(running: RunningOperation): number | undefined {
  const first = running.samples[0];
  const last = running.samples[running.samples.length - 1];
  if (first === undefined || last === undefined || last.at <= first.at) return undefined;
  return (last.done - first.done) / ((last.at - first.at) / 1000);
}

export function keyOf(scope: string, operation: Operation): string {
  return `${scope}\u0000${operation.host}\u0000${operation.id}`;
}

type Running = ReadonlyMap<string, RunningOperation>;

function added(running: Running, scope: string, operation: Operation, startedAt: number): Running {
  return new Map(running).set(keyOf(scope, operation), { scope, operation, startedAt, progress: undefined, samples: [] });
}

function progressed(running: Running, event: Extract<RunEvent, { kind: "progress" }>): Running {
  const key = keyOf(event.scope, event.operation);
  const known = running.get(key) ?? {
    scope: event.scope,
    operation: event.operation,
    startedAt: event.at,
    progress: undefined,
    samples: [],
  };
  const { unit, done } = event.progress;
  const samples =
    unit === "bytes" && done !== undefined
      ? [...known.samples.filter((it) => it.at > event.at - windowMs), { at: event.at, done }]
      : known.samples;
  return new Map(running).set(key, { ...known, progress: { ...known.progress, ...event.progress }, samples });
}

function without(running: Running, key: string): Running {
  const rest = new Map(running);
  rest.delete(key);
  return rest;
}

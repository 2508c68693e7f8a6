/** Where the engine tells what it does. The provider and the command line decide how it looks; the engine never prints. */
import type { Operation, Plan } from "./plan/plan";

export interface Progress {
  readonly done?: number;
  readonly total?: number;
  readonly unit?: "bytes" | "files" | "steps";
  readonly text?: string;
}

export interface Report {
  /** A plan that is about to be shown (preview) or run (apply). */
  plan(plan: Plan): void;
  started(operation: Operation): void;
  progress(operation: Operation, progress: Progress): void;
  finished(operation: Operation, seconds: number): void;
  failed(operation: Operation, error: Error): void;
  /** One line for the person in front: a warning or a note, never a secret. */
  say(severity: "info" | "warning", text: string): void;
}

export const silentReport: Report = {
  plan: () => undefined,
  started: () => undefined,
  progress: () => undefined,
  finished: () => undefined,
  failed: () => undefined,
  say: () => undefined,
};

import type { Clock } from "./clock";
import type { Report } from "./report";

/** What every engine function that takes time needs from outside. */
export interface RunContext {
  readonly report: Report;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

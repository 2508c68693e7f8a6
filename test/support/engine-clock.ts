import type { Clock } from "../../sdk/engine/clock";

/** The real clock, for tests against real engines. */
export const engineClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

/** Time as a parameter, so that tests own it. `now` is wall-clock milliseconds; durations use `monotonic`. */
export interface Clock {
  now(): number;
  monotonic(): number;
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** Time that passes only when somebody sleeps. */
import type { Clock } from "../../sdk/engine/clock";

export class FakeClock implements Clock {
  private time = Date.parse("2026-01-01T00:00:00Z");

  now(): number {
    return this.time;
  }

  monotonic(): number {
    return this.time;
  }

  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.time += milliseconds;
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
  }
}

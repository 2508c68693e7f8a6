/** A client that dials one address again and again and never learns another: what a cached DNS answer does. */
import { setTimeout as pause } from "node:timers/promises";

export interface SteadyClient {
  /** Yields what it went through. */
  stop(): Promise<{ readonly answered: number; readonly failed: number; readonly longestGapSeconds: number }>;
}

const everyMs = 50;

/** One after another, each on a connection of its own. */
export function steadyClient(ask: () => Promise<unknown>): SteadyClient {
  let going = true;
  let [answered, failed, longest, last] = [0, 0, 0, performance.now()];
  const work = (async () => {
    while (going) {
      try {
        await ask();
        const now = performance.now();
        longest = Math.max(longest, now - last);
        last = now;
        answered += 1;
      } catch {
        failed += 1;
      }
      await pause(everyMs);
    }
  })();
  return {
    async stop() {
      going = false;
      await work;
      return { answered, failed, longestGapSeconds: Math.max(longest, performance.now() - last) / 1000 };
    },
  };
}

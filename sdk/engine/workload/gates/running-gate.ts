import { endOf, type Gate, type GateResult, type GateTarget, passed } from "./gate";

const lookEveryMs = 100;

/** Without a health check all that can be asked is whether it runs and goes on running. */
export function runningGate(stableForMs: number): Gate {
  return { wait: (target) => untilStable(stableForMs, target) };
}

async function untilStable(stableForMs: number, target: GateTarget): Promise<GateResult> {
  const { clock, signal } = target.context;
  const began = clock.monotonic();
  for (;;) {
    const ended = await endOf(target);
    if (ended) return ended;
    if (clock.monotonic() - began >= stableForMs) return passed;
    signal.throwIfAborted();
    await clock.sleep(lookEveryMs, signal);
  }
}

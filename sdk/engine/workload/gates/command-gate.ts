import type { Gate, GateResult, GateTarget } from "./gate";
import { endOf, passed } from "./gate";

const firstPauseMs = 50;
const longestPauseMs = 500;
const excerpt = 200;

/** The health command, asked at once and then often: Docker's own status waits a whole interval before its first probe. */
export function commandGate(command: readonly string[], timeoutMs: number): Gate {
  return { wait: (target) => untilItSucceeds(command, timeoutMs, target) };
}

async function untilItSucceeds(command: readonly string[], timeoutMs: number, target: GateTarget): Promise<GateResult> {
  const { clock, signal } = target.context;
  const began = clock.monotonic();
  let pause = firstPauseMs;
  let seen = "the health command was never answered";
  for (;;) {
    const left = target.deadlineMs - (clock.monotonic() - began);
    if (left <= 0) return { passed: false, why: "unhealthy", evidence: `after ${target.deadlineMs / 1000} s: ${seen}` };
    const exit = await probe(command, Math.min(timeoutMs, left), target);
    if (exit === undefined) return passed;
    const ended = await endOf(target);
    if (ended) return ended;
    if (exit !== seen) target.say(exit);
    seen = exit;
    signal.throwIfAborted();
    await clock.sleep(Math.min(pause, Math.max(left, 1)), signal);
    pause = Math.min(pause * 1.25, longestPauseMs);
  }
}

/** Undefined: healthy. Else what was seen. */
async function probe(command: readonly string[], timeoutMs: number, target: GateTarget): Promise<string | undefined> {
  try {
    const { exitCode, stdout, stderr } = await target.docker.exec(target.container, command, { timeoutMs: Math.ceil(timeoutMs) });
    if (exitCode === 0) return undefined;
    const output = `${stdout}${stderr}`.trim().slice(-excerpt);
    return `the health command ended with ${exitCode}${output ? `: ${output}` : ""}`;
  } catch (error) {
    return `the health command could not run: ${error instanceof Error ? error.message : String(error)}`;
  }
}

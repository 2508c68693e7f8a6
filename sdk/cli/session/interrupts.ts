/** Ctrl-C once: finish or undo what runs. Twice: leave at once; the next run goes on from there. */
import { exitCodes } from "../../spec/drayage-error";
import type { Terminal } from "../terminal/terminal";

export interface Interrupts {
  /** Aborted by the first Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
  /** Aborted by the second. */
  readonly abandon: AbortSignal;
  close(): void;
}

/** Milliseconds that the engine's process gets to be told before we go. */
const farewellMs = 300;

export function watchInterrupts(terminal: Terminal, say: (line: string) => void): Interrupts {
  const first = new AbortController();
  const second = new AbortController();
  const off = terminal.onInterrupt(() => {
    if (!first.signal.aborted) {
      first.abort();
      say(
        terminal.errorPaint.yellow(
          "Stopping: what has begun is finished or undone. Ctrl-C again leaves at once; the same command goes on from there.",
        ),
      );
      return;
    }
    if (second.signal.aborted) return;
    second.abort();
    say(terminal.errorPaint.yellow("Left in the middle. Run the same command again: it goes on from there."));
    setTimeout(() => terminal.abandon(exitCodes.CANCELLED), farewellMs);
  });
  return { signal: first.signal, abandon: second.signal, close: off };
}

/** Shows a run while it goes: repaints at a terminal, writes plain lines elsewhere, nothing in JSON mode. */
import type { Clock } from "../../engine/clock";
import { lastingLine, plainProgressLine, runningLines, startedLine } from "../render/render-progress";
import { advance, keyOf, noProgress, type RunEvent } from "../render/run-progress";
import type { Terminal } from "./terminal";

export interface ProgressView {
  show(event: RunEvent): void;
  /** Writes a line that stays, above what is repainted. */
  say(line: string): void;
  /** Clears what is repainted. */
  close(): void;
}

const frameMs = 100;
const plainEveryMs = 5000;

export function openProgressView(terminal: Terminal, clock: Clock): ProgressView {
  return terminal.repaintable ? repaintingView(terminal, clock) : plainView(terminal);
}

export const silentView: ProgressView = { show: () => undefined, say: () => undefined, close: () => undefined };

function repaintingView(terminal: Terminal, clock: Clock): ProgressView {
  let state = noProgress;
  let painted = 0;
  const erase = () => (painted === 0 ? "" : `\u001b[${painted}A\r\u001b[J`);
  const paint = (lasting = "") => {
    const { columns, rows } = terminal.size();
    const lines = runningLines(state, clock.monotonic(), columns, rows, terminal.errorPaint);
    terminal.err(erase() + lasting + lines.map((line) => `${line}\n`).join(""));
    painted = lines.length;
  };
  const timer = setInterval(() => state.running.size > 0 && paint(), frameMs);
  timer.unref();
  return {
    show: (event) => {
      state = advance(state, event);
      const line = lastingLine(event, terminal.errorPaint);
      if (line !== undefined) paint(`${line}\n`);
    },
    say: (line) => paint(`${line}\n`),
    close: () => {
      clearInterval(timer);
      if (painted > 0) terminal.err(erase());
      painted = 0;
      state = noProgress;
    },
  };
}

function plainView(terminal: Terminal): ProgressView {
  let state = noProgress;
  const spokeAt = new Map<string, number>();
  const write = (line: string | undefined) => line !== undefined && terminal.err(`${line}\n`);
  return {
    show: (event) => {
      state = advance(state, event);
      write(startedLine(event, terminal.errorPaint));
      write(lastingLine(event, terminal.errorPaint));
      if (event.kind === "started") spokeAt.set(keyOf(event.scope, event.operation), event.at);
      if (event.kind !== "progress") return;
      const key = keyOf(event.scope, event.operation);
      const running = state.running.get(key);
      if (running === undefined || event.at - (spokeAt.get(key) ?? running.startedAt) < plainEveryMs) return;
      spokeAt.set(key, event.at);
      write(plainProgressLine(running));
    },
    say: write,
    close: () => undefined,
  };
}

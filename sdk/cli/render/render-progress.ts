/** A run in progress as lines: the ones that stay (done, failed, notes) and the ones that are repainted (still running). */
import type { Progress } from "../../engine/report";
import { humanBytes, humanRate, humanSeconds } from "./human";
import { paintedSymbol } from "./operation-symbol";
import type { Paint } from "./paint";
import { shortCause } from "./render-plan";
import { renderNote, shortType } from "./render-preview";
import { type RunEvent, type RunningOperation, type RunProgress, rateOf } from "./run-progress";
import { clip } from "./table";

/** The line that stays for an event, if any. */
export function lastingLine(event: RunEvent, paint: Paint): string | undefined {
  switch (event.kind) {
    case "finished":
      return `${paint.green("✓")} ${event.scope}  ${event.operation.id}${hostText(event.operation.host, paint)}  ${paint.dim(humanSeconds(event.seconds))}`;
    case "failed":
      return `${paint.red("✗")} ${event.scope}  ${event.operation.id}${hostText(event.operation.host, paint)}`;
    case "note":
      return renderNote(event.note, paint);
    case "resource":
      // Of ours the failed operation, or the error at the end, says more.
      return event.phase === "failed" && !event.type.startsWith("drayage:")
        ? `${paint.red("✗")} ${shortType(event.type)} ${event.name}`
        : undefined;
    default:
      return undefined;
  }
}

/** The line of a pipe or a log file when something begins; long ones speak again through `plainProgressLine`. */
export function startedLine(event: RunEvent, paint: Paint): string | undefined {
  if (event.kind !== "started") return undefined;
  const { operation, scope } = event;
  return `${paintedSymbol(operation, paint)} ${scope}  ${operation.id}${hostText(operation.host, paint)}  ${paint.dim(shortCause(operation.cause))}`;
}

export function plainProgressLine(running: RunningOperation): string | undefined {
  const text = amountText(running.progress, rateOf(running));
  return text === "" ? undefined : `  ${running.scope}  ${running.operation.id}  ${text}`;
}

/** The repainted part: one line per running operation, never wider than the terminal, and a count. */
export function runningLines(state: RunProgress, now: number, columns: number, rows: number, paint: Paint): string[] {
  const all = [...state.running.values()];
  const shown = all.slice(0, Math.max(1, rows - 3));
  const lines = shown.map((it) => runningLine(it, now, columns, paint));
  if (all.length > shown.length) lines.push(paint.dim(`  … and ${all.length - shown.length} more`));
  if (state.planned > 0)
    lines.push(paint.dim(clip(`  ${state.finished} of ${Math.max(state.planned, state.finished)} operations done`, columns)));
  return lines;
}

function runningLine(running: RunningOperation, now: number, columns: number, paint: Paint): string {
  const spent = humanSeconds((now - running.startedAt) / 1000);
  const amount = amountText(running.progress, rateOf(running));
  const text = `${running.scope}  ${running.operation.id}  ${spent}${amount === "" ? "" : `  ${amount}`}`;
  return `${paint.cyan("●")} ${clip(text, columns - 3)}`;
}

/** `12.0 MB of 48.0 MB, 25 %, 6.1 MB/s, step 3/7 RUN make`. */
export function amountText(progress: Progress | undefined, rate: number | undefined): string {
  if (progress === undefined) return "";
  const count = (value: number) =>
    progress.unit === "bytes" ? humanBytes(value) : `${value}${progress.unit ? ` ${progress.unit}` : ""}`;
  const parts: string[] = [];
  if (progress.done !== undefined && progress.total !== undefined && progress.total > 0) {
    parts.push(`${count(progress.done)} of ${count(progress.total)}`, `${Math.floor((progress.done / progress.total) * 100)} %`);
  } else if (progress.done !== undefined) parts.push(count(progress.done));
  if (rate !== undefined && progress.unit === "bytes") parts.push(humanRate(rate));
  if (progress.text !== undefined && progress.text !== "") parts.push(progress.text);
  return parts.join(", ");
}

function hostText(host: string, paint: Paint): string {
  return host === "" ? "" : paint.dim(` on ${host}`);
}

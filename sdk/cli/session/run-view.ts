/** How a run is shown while it goes: at a terminal, as plain lines, or as JSON lines. */
import type { Clock } from "../../engine/clock";
import { printLine } from "../json-output";
import { errorRecord } from "../render/render-error";
import type { RunEvent } from "../render/run-progress";
import { openProgressView, type ProgressView, silentView } from "../terminal/progress-view";
import type { Terminal } from "../terminal/terminal";

export interface RunViewOptions {
  readonly command: string;
  readonly json: boolean;
  /** A preview shows its plan at the end and nothing on the way. */
  readonly quiet?: boolean;
}

export function openRunView(terminal: Terminal, clock: Clock, { command, json, quiet }: RunViewOptions): ProgressView {
  const say = (line: string) => terminal.err(`${line}\n`);
  if (quiet) return { ...silentView, say };
  if (!json) return openProgressView(terminal, clock);
  return { show: (event) => printEvent(terminal, command, event), say, close: () => undefined };
}

function printEvent(terminal: Terminal, command: string, event: RunEvent): void {
  const [name, body] = eventRecord(event);
  printLine(terminal, command, name, body);
}

function eventRecord(event: RunEvent): readonly [string, Readonly<Record<string, unknown>>] {
  if (event.kind === "plan") return ["plan", { plan: event.plan }];
  if (event.kind === "note") return ["note", { ...event.note }];
  if (event.kind !== "resource") return ["operation", operationRecord(event)];
  const { name, type, operation, phase } = event;
  return ["resource", { name, type, operation, phase }];
}

type OperationEvent = Extract<RunEvent, { kind: "started" | "progress" | "finished" | "failed" }>;

function operationRecord(event: OperationEvent): Record<string, unknown> {
  const { id, subject, host, cause } = event.operation;
  return {
    phase: event.kind,
    workload: event.scope,
    id,
    subject,
    host,
    cause,
    ...(event.kind === "progress" ? { progress: event.progress } : {}),
    ...(event.kind === "finished" ? { seconds: event.seconds } : {}),
    ...(event.kind === "failed" ? { error: errorRecord(event.error) } : {}),
  };
}

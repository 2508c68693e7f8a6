/** What the engine room reports, as lines of Pulumi's log: plans as info, running operations in the resource's row. */
import { formatPlan } from "../engine/plan/format-plan";
import type { Operation } from "../engine/plan/plan";
import type { Progress, Report } from "../engine/report";
import type { EngineLog } from "./engine-log";
import type { Redact } from "./redact";

export interface EngineReportOptions {
  readonly log: EngineLog;
  readonly urn: string;
  readonly redact: Redact;
  /** In a preview plans are what is to be shown; in an apply they were shown already and their operations are. */
  readonly preview: boolean;
  /** Milliseconds between two progress lines of one operation. */
  readonly interval?: number;
}

export function createEngineReport({ log, urn, redact, preview, interval = 200 }: EngineReportOptions): Report {
  let total = 0;
  let begun = 0;
  let lastProgress = 0;
  const row = (text: string) => log.write({ severity: "info", text: redact(text), urn, ephemeral: true });
  return {
    plan(plan) {
      total = plan.operations.length;
      if (preview && (total > 0 || plan.notes.length > 0))
        log.write({ severity: "info", text: redact(`${plan.subject}:\n${formatPlan(plan)}`), urn });
    },
    started(operation) {
      begun += 1;
      row(`${begun}/${Math.max(total, begun)} ${verb(operation)}`);
    },
    progress(operation, progress) {
      if (Date.now() - lastProgress < interval) return;
      lastProgress = Date.now();
      row(`${begun}/${Math.max(total, begun)} ${verb(operation)} ${progressText(progress)}`.trimEnd());
    },
    finished: () => undefined,
    failed: (operation, error) => row(`${verb(operation)} failed: ${error.message}`),
    say: (severity, text) => log.write({ severity, text: redact(text), urn }),
  };
}

const verb = (operation: Operation): string => operation.id;

function progressText({ text, done, total, unit }: Progress): string {
  if (text !== undefined) return text;
  if (done === undefined) return "";
  return `${done}${total === undefined ? "" : `/${total}`} ${unit ?? ""}`;
}

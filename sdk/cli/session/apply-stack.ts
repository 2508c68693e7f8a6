import type { Plan } from "../../engine/plan/plan";
import { Failures } from "../failures";
import { printLine } from "../json-output";
import { isChange } from "../render/preview";
import { renderSummary } from "../render/render-summary";
import { type RunSummary, summariseSubjects } from "../render/summarise-run";
import { systemClock } from "../system-clock";
import type { Terminal } from "../terminal/terminal";
import { watchInterrupts } from "./interrupts";
import { sweepLeftovers } from "./removals";
import { openRunView } from "./run-view";
import type { RunOutcome, Session } from "./session";

export interface ApplyOptions {
  /** As typed: `up`, `move`. */
  readonly command: string;
  readonly action: "up" | "destroy" | "refresh";
  readonly json: boolean;
  readonly flags: readonly string[];
  readonly reviewed?: readonly Plan[] | undefined;
}

/** Changes the world, shows it going on, prints what came of it. @throws Failures after the summary of what was done. */
export async function applyStack(session: Session, terminal: Terminal, options: ApplyOptions): Promise<RunOutcome> {
  const view = openRunView(terminal, systemClock, options);
  const interrupts = watchInterrupts(terminal, view.say);
  try {
    const { action, flags, reviewed } = options;
    // What a preview has shown is taken away first: it may hold a port that something new needs.
    const sweep = { view, signal: interrupts.signal, reviewed };
    const before = reviewed !== undefined && seesAll(options) ? await sweepLeftovers(session, sweep) : nothingSwept;
    const ran = await session.run(action, { view, interrupts, flags, reviewed });
    const swept = ran.failures.length === 0 && reviewed === undefined && seesAll(options);
    const after = swept ? await sweepLeftovers(session, { ...sweep, all: action === "destroy" }) : nothingSwept;
    const outcome = {
      ...ran,
      plans: [...before.plans, ...ran.plans, ...after.plans],
      events: [...before.events, ...ran.events, ...after.events],
    };
    printSummary(summaryOf(session, outcome, options), terminal, options, outcome.failures.length === 0);
    if (outcome.failures.length > 0) throw new Failures(outcome.failures);
    return outcome;
  } finally {
    interrupts.close();
  }
}

const nothingSwept: Pick<RunOutcome, "plans" | "events"> = { plans: [], events: [] };

/** Only a run over the whole program tells what is gone from it; a refresh changes nothing on hosts. */
function seesAll({ action, flags }: ApplyOptions): boolean {
  return action !== "refresh" && !flags.includes("--target");
}

export function summaryOf(session: Session, outcome: RunOutcome, { command, action }: ApplyOptions): RunSummary {
  const touched = outcome.changes.filter((it) => isChange(it.operation));
  const failed = touched.filter((it) => it.failed).length;
  return {
    action: command,
    project: session.chosen.project.name,
    stack: session.chosen.stack,
    seconds: outcome.seconds,
    subjects: summariseSubjects(outcome.plans, outcome.events),
    changed: touched.length - failed,
    failed,
    unchanged: outcome.changes.length - touched.length,
    // What a destroyed stack put out is gone with it.
    outputs: action === "destroy" ? {} : outcome.result.outputs,
  };
}

function printSummary(summary: RunSummary, terminal: Terminal, { command, json }: ApplyOptions, ok: boolean): void {
  if (json) printLine(terminal, command, "summary", { ok, summary });
  else if (ok) terminal.out(`${renderSummary(summary, terminal.paint)}\n`);
  else if (summary.subjects.length > 0) terminal.err(`${renderSummary({ ...summary, outputs: {} }, terminal.errorPaint)}\n\n`);
}

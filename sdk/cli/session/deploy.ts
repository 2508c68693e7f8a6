/** Preview, question, apply: what `up` and `move` do. */
import type { Plan } from "../../engine/plan/plan";
import { readPlanFile } from "../../engine/plan/plan-file";
import { DrayageError } from "../../spec/drayage-error";
import { confirm, requireSomeone } from "../confirm";
import { readNamedFile } from "../named-file";
import { hasChanges, reviewedPlans } from "../render/preview";
import { renderPreview } from "../render/render-preview";
import type { Terminal } from "../terminal/terminal";
import { applyStack } from "./apply-stack";
import { type EngineFlagOptions, engineFlags } from "./engine-flags";
import { refuseMoreThanPlanned } from "./hold-to-plan-file";
import { finishPendingCreates } from "./pending-creates";
import { previewStack } from "./preview-stack";
import type { Session } from "./session";

export interface DeployOptions extends EngineFlagOptions {
  readonly command: "up" | "move" | "import" | "restore";
  readonly json?: boolean;
  readonly yes?: boolean;
  /** A reviewed plan: takes the place of the question. */
  readonly plan?: string;
}

/** Fails early, before anything is started, when nobody could be asked. */
export function requireConsent(options: DeployOptions, terminal: Terminal): void {
  if (options.yes || options.plan !== undefined) return;
  requireSomeone(terminal, `dray ${options.command}`);
  if (options.json)
    throw new DrayageError("USAGE", "--json leaves no place for a question.", { hint: "Give --yes or --plan FILE." });
}

export async function deploy(session: Session, options: DeployOptions, terminal: Terminal): Promise<void> {
  const flags = engineFlags(options, session.chosen);
  const json = options.json ?? false;
  const { command } = options;
  const reviewed =
    options.plan === undefined
      ? await reviewedByPerson(session, options, flags, terminal)
      : await reviewedBefore(session, { command, flags, file: options.plan }, terminal);
  await applyStack(session, terminal, { command, action: "up", json, flags, reviewed });
  await finishPendingCreates(session, terminal);
}

/** With --yes one run does it all: there is no plan to hold it to. */
async function reviewedByPerson(
  session: Session,
  options: DeployOptions,
  flags: readonly string[],
  terminal: Terminal,
): Promise<readonly Plan[] | undefined> {
  if (options.yes) return undefined;
  const { command } = options;
  const seen = await previewStack(session, terminal, { command, json: false, flags });
  terminal.out(`${renderPreview(seen, terminal.paint)}\n\n`);
  // Outputs and what was looked up may differ all the same: the run goes on, and there is nothing to ask about.
  if (!hasChanges(seen)) return reviewedPlans(seen);
  const { project, stack } = seen;
  await confirm(terminal, `Do this to ${terminal.errorPaint.bold(`${project} ${stack}`)}?`, { what: `dray ${command}` });
  terminal.err("\n");
  return reviewedPlans(seen);
}

/** The whole of it is compared first: a refusal half-way would leave the other half done. */
async function reviewedBefore(
  session: Session,
  { command, flags, file }: { command: string; flags: readonly string[]; file: string },
  terminal: Terminal,
): Promise<readonly Plan[]> {
  const planned = planIn(file, terminal);
  const seen = await previewStack(session, terminal, { command, json: false, flags });
  refuseMoreThanPlanned(file, planned, reviewedPlans(seen));
  return planned;
}

function planIn(file: string, terminal: Terminal): readonly Plan[] {
  return readPlanFile(readNamedFile(file, terminal.cwd, `A plan is written by: dray preview --save ${file}`), file);
}

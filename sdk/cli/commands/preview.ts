import { Command } from "commander";
import { writePlanFile } from "../../engine/plan/plan-file";
import { exitCodes } from "../../spec/drayage-error";
import { type StackOptions, withExamples, withStackOptions, withTarget } from "../common-options";
import { describe } from "../diff/described";
import { printDocument } from "../json-output";
import { writeNamedFile } from "../named-file";
import { hasChanges, reviewedPlans } from "../render/preview";
import { renderPreview } from "../render/render-preview";
import { engineFlags } from "../session/engine-flags";
import { lookAtStack } from "../session/preview-stack";
import { withSession } from "../session/session";
import type { Terminal } from "../terminal/terminal";

interface PreviewOptions extends StackOptions {
  readonly target: readonly string[];
  readonly save?: string;
  readonly exitCode?: boolean;
}

export function previewCommand(terminal: Terminal): Command {
  const command = withTarget(withStackOptions(new Command("preview")))
    .option("--save <file>", "write the plan, for `dray up --plan <file>`")
    .option("--exit-code", `exit with ${exitCodes.CHANGES_PENDING} when there is something to do`)
    .action((options: PreviewOptions) => preview(options, terminal));
  return withExamples(command, "dray preview", "dray preview --stack prod --save plan.json", "dray preview --exit-code --json");
}

function preview(options: PreviewOptions, terminal: Terminal): Promise<void> {
  return withSession(options, terminal, async (session) => {
    const json = options.json ?? false;
    const flags = engineFlags(options, session.chosen);
    const { preview: seen, wanted } = await lookAtStack(session, terminal, { command: "preview", json, flags });
    if (options.save !== undefined) {
      const { project, stack } = seen;
      const { declared, resources } = describe(stack, wanted);
      const text = writePlanFile(reviewedPlans(seen), { project, stack, declared, resources });
      writeNamedFile(options.save, terminal.cwd, text);
    }
    const changes = hasChanges(seen);
    if (json) printDocument(terminal, "preview", { changes, ...seen });
    else terminal.out(`${renderPreview(seen, terminal.paint)}\n`);
    if (changes && options.exitCode) terminal.exitCode = exitCodes.CHANGES_PENDING;
  });
}

import { Command } from "commander";
import { type StackOptions, withExamples, withStackOptions } from "../common-options";
import { Failures } from "../failures";
import { withFleet } from "../fleet/with-fleet";
import { fleetStatus } from "../fleet/workload-status";
import { printDocument } from "../json-output";
import { pendingNotes } from "../render/pending-notes";
import { errorRecord } from "../render/render-error";
import { renderNote } from "../render/render-preview";
import { renderStatus } from "../render/render-status";
import { isElsewhere } from "../state/pending-creates";
import type { Terminal } from "../terminal/terminal";

export function statusCommand(terminal: Terminal): Command {
  const command = withStackOptions(new Command("status"))
    .argument("[workload...]", "only these")
    .action((names: string[], options: StackOptions) => status(names, options, terminal));
  return withExamples(command, "dray status", "dray status shop --json");
}

function status(names: readonly string[], options: StackOptions, terminal: Terminal): Promise<void> {
  return withFleet(options, terminal, async (fleet) => {
    const { workloads, failed } = await fleetStatus(fleet);
    const shown = workloads.filter((it) => names.length === 0 || names.includes(it.workload));
    const { chosen, state } = fleet;
    const pending = state.pendingCreates.filter(isElsewhere);
    if (options.json) {
      printDocument(terminal, "status", { stack: chosen.stack, workloads: shown, pending, errors: failed.map(errorRecord) });
      terminal.exitCode = failed[0]?.exitCode ?? 0;
      return;
    }
    terminal.out(
      shown.length === 0
        ? `No workload is deployed in stack ${chosen.stack}.\n`
        : `${renderStatus(shown, Date.now(), terminal.paint)}\n`,
    );
    for (const note of pendingNotes(pending, chosen.stack)) terminal.out(`${renderNote(note, terminal.paint)}\n`);
    if (failed.length > 0) throw new Failures(failed);
  });
}

import { Command } from "commander";
import { DrayageError } from "../../spec/drayage-error";
import { type StackOptions, withExamples, withStackOptions } from "../common-options";
import { allChecks } from "../doctor/all-checks";
import { lookAtHosts } from "../doctor/look-at-hosts";
import { renderCheck } from "../doctor/render-checks";
import { type Checked, lookAtAll } from "../doctor/run-checks";
import { thisMachine } from "../doctor/this-machine";
import { withFleet } from "../fleet/with-fleet";
import { printDocument } from "../json-output";
import { systemClock } from "../system-clock";
import { processTerminal } from "../terminal/process-terminal";
import type { Terminal } from "../terminal/terminal";

export function doctorCommand(terminal: Terminal = processTerminal()): Command {
  const command = withStackOptions(new Command("doctor"))
    .description("Look whether this machine has what drayage needs, and whether the stack's hosts can be used. Changes nothing.")
    .action((options: StackOptions) => doctor(options, terminal));
  return withExamples(command, "dray doctor", "dray doctor --stack prod", "dray doctor --json");
}

async function doctor(options: StackOptions, terminal: Terminal): Promise<void> {
  const [machine, hosts] = await Promise.all([lookAtAll(allChecks, thisMachine(terminal.env)), hostsOfStack(options, terminal)]);
  if (options.json) printDocument(terminal, "doctor", { machine, hosts });
  else terminal.out(`${[...machine, ...hosts].map((checked) => renderCheck(checked, terminal.paint)).join("\n")}\n`);
  if ([...machine, ...hosts].some((checked) => !checked.ok)) terminal.exitCode = 1;
}

/** None outside of a program's folder: then the question is about the machine alone. */
async function hostsOfStack(options: StackOptions, terminal: Terminal): Promise<Checked[]> {
  try {
    return await withFleet(options, terminal, (fleet) => lookAtHosts(fleet, systemClock));
  } catch (error) {
    if (!(error instanceof DrayageError)) throw error;
    const asked = options.stack !== undefined || options.cwd !== undefined;
    if (error.code === "NOT_FOUND" && !asked) return [];
    return [
      { name: "stack", ok: false, detail: error.message, seconds: 0, ...(error.hint === undefined ? {} : { hint: error.hint }) },
    ];
  }
}

import { Command } from "commander";
import { withExamples } from "../common-options";
import { allChecks } from "../doctor/all-checks";
import { renderCheck } from "../doctor/render-checks";
import { lookAtAll } from "../doctor/run-checks";
import { thisMachine } from "../doctor/this-machine";
import { printDocument } from "../json-output";
import { processTerminal } from "../terminal/process-terminal";
import type { Terminal } from "../terminal/terminal";

interface DoctorOptions {
  readonly json?: boolean;
}

export function doctorCommand(terminal: Terminal = processTerminal()): Command {
  const command = new Command("doctor")
    .description("Look whether this machine has what drayage needs. Changes nothing.")
    .option("--json", "machine-readable output (docs/json.md)")
    .action((options: DoctorOptions) => doctor(options, terminal));
  return withExamples(command, "dray doctor", "dray doctor --json");
}

async function doctor(options: DoctorOptions, terminal: Terminal): Promise<void> {
  const checks = await lookAtAll(allChecks, thisMachine(terminal.env));
  if (options.json) printDocument(terminal, "doctor", { checks });
  else terminal.out(`${checks.map((checked) => renderCheck(checked, terminal.paint)).join("\n")}\n`);
  if (checks.some((checked) => !checked.ok)) terminal.exitCode = 1;
}

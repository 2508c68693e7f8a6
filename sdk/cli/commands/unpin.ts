import { Command } from "commander";
import { type Pin, type Pins, pinsFile, readPins, writePins } from "../../context/pins-file";
import { DrayageError } from "../../spec/drayage-error";
import { chooseProjectAndStack, type StackOptions, withExamples, withStackOptions } from "../common-options";
import { printDocument } from "../json-output";
import { withoutPin } from "../move/placement-pins";
import type { Terminal } from "../terminal/terminal";

export function unpinCommand(terminal: Terminal): Command {
  const command = withStackOptions(new Command("unpin"))
    .description(
      "Forget a decision made outside the program, as by `dray move`. The next `dray up` then does what the program says. Without a name: list the pins.",
    )
    .argument("[workload]", "its name in the program")
    .action((workload: string | undefined, options: StackOptions) => unpin(workload, options, terminal));
  return withExamples(command, "dray unpin", "dray unpin shop && dray preview");
}

function unpin(workload: string | undefined, options: StackOptions, terminal: Terminal): void {
  const { project, stack } = chooseProjectAndStack(options, terminal);
  const file = pinsFile(project.dir, stack);
  const pins = readPins(file);
  if (workload === undefined) list(pins, options, terminal);
  else forget(workload, { pins, file }, options, terminal);
}

function forget(workload: string, { pins, file }: { pins: Pins; file: string }, options: StackOptions, terminal: Terminal): void {
  const pin = pins.workloads[workload];
  if (pin === undefined) {
    const names = Object.keys(pins.workloads).join(", ");
    throw new DrayageError("NOT_FOUND", `${workload} is not pinned.`, {
      subject: file,
      ...(names === "" ? {} : { hint: `Pinned: ${names}.` }),
    });
  }
  writePins(file, withoutPin(pins, workload));
  if (options.json) printDocument(terminal, "unpin", { workload, pin, file });
  else
    terminal.out(
      `${workload} is no longer kept on ${pin.host}; the program says ${pin.instead}. Nothing moved yet: dray preview. Commit ${file}.\n`,
    );
}

function list(pins: Pins, options: StackOptions, terminal: Terminal): void {
  const lines = Object.entries(pins.workloads).map(pinText);
  if (options.json) printDocument(terminal, "unpin", { pins: pins.workloads });
  else terminal.out(`${lines.length === 0 ? "Nothing is pinned." : lines.join("\n")}\n`);
}

function pinText([name, { host, instead, reason }]: readonly [string, Pin]): string {
  return `${name} on ${host}, where the program says ${instead}${reason === undefined ? "" : `  (${reason})`}`;
}

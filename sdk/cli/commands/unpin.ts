import { Command } from "commander";
import { type Pins, pinsFile, readPins, writePins } from "../../context/pins-file";
import { DrayageError } from "../../spec/drayage-error";
import { chooseProjectAndStack, type StackOptions, withExamples, withStackOptions } from "../common-options";
import { printDocument } from "../json-output";
import { pinnedNames, splitPins } from "../pins/split-pins";
import { renderPins } from "../render/render-pins";
import type { Terminal } from "../terminal/terminal";

export function unpinCommand(terminal: Terminal): Command {
  const command = withStackOptions(new Command("unpin"))
    .description(
      "Forget a decision made outside the program: a placement by `dray move`, an image by `dray promote`, a host that `dray restore` declared lost. The next `dray up` then does what the program says. Without a name: list the pins.",
    )
    .argument("[name]", "of a workload, an image or a host in the program; `workload/service` for what its reference means")
    .action((name: string | undefined, options: StackOptions) => unpin(name, options, terminal));
  return withExamples(command, "dray unpin", "dray unpin shop && dray preview", "dray unpin api --stack production");
}

function unpin(name: string | undefined, options: StackOptions, terminal: Terminal): void {
  const { project, stack } = chooseProjectAndStack(options, terminal);
  const file = pinsFile(project.dir, stack);
  const pins = readPins(file);
  if (name === undefined) list(pins, options, terminal);
  else forget(name, { pins, file }, options, terminal);
}

function forget(name: string, { pins, file }: { pins: Pins; file: string }, options: StackOptions, terminal: Terminal): void {
  const { named, rest } = splitPins(pins, name);
  if (pinnedNames(named).length === 0) {
    const names = pinnedNames(pins).join(", ");
    throw new DrayageError("NOT_FOUND", `${name} is not pinned.`, {
      subject: file,
      hint: names === "" ? "Nothing is pinned in this stack." : `Pinned: ${names}.`,
    });
  }
  writePins(file, rest);
  const [pin, image, reference, lost] = [named.workloads[name], named.images[name], named.references[name], named.lost[name]];
  if (options.json) printDocument(terminal, "unpin", { workload: name, pin, image, reference, lost, file });
  else terminal.out(`No longer pinned: ${renderPins(named)}. Nothing was changed yet: dray preview. Commit ${file}.\n`);
}

function list(pins: Pins, options: StackOptions, terminal: Terminal): void {
  const { workloads, images, references, lost } = pins;
  if (options.json) printDocument(terminal, "unpin", { pins: workloads, images, references, lost });
  else terminal.out(`${renderPins(pins) || "Nothing is pinned."}\n`);
}

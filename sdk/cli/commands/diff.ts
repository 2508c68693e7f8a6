import { resolve } from "node:path";
import { Command } from "commander";
import { DrayageError, exitCodes } from "../../spec/drayage-error";
import { withCwd, withExamples } from "../common-options";
import { compareStacks, type StackDifferences } from "../diff/compare";
import { readSide, type Side } from "../diff/read-side";
import { compareReceiptFiles } from "../diff/receipts";
import { printDocument } from "../json-output";
import { findProject } from "../project/find-project";
import { renderDiff } from "../render/render-diff";
import type { Terminal } from "../terminal/terminal";

interface DiffOptions {
  readonly cwd?: string;
  readonly json?: boolean;
}

export function diffCommand(terminal: Terminal): Command {
  const command = withCwd(new Command("diff"))
    .description(
      `Compare two stacks field by field, as they are deployed, and say of each difference whether it is one that the program declares with environment(). Exits with 0 only when all are, else with ${exitCodes.DIFFERENT}. Each side is a stack, or a file that \`dray preview --save\` or \`dray receipt\` wrote.`,
    )
    .argument("<a>", "staging, plan.json, before.json")
    .argument("<b>", "the same of the other side")
    .option("--json", "machine-readable output (docs/json.md)")
    .action((a: string, b: string, options: DiffOptions) => diff([a, b], options, terminal));
  return withExamples(
    command,
    "dray diff staging production",
    "dray preview --stack production --save next.json && dray diff production next.json",
    "dray diff staging production --json",
  );
}

async function diff(names: readonly [string, string], options: DiffOptions, terminal: Terminal): Promise<void> {
  const project = findProject(resolve(terminal.cwd, options.cwd ?? "."));
  const [a, b] = [await readSide(names[0], project, terminal), await readSide(names[1], project, terminal)];
  const found = compareSides(a, b);
  const outside = found.differences.filter((it) => it.within === undefined).length;
  const told = { a: toldSide(a), b: toldSide(b) };
  if (options.json) printDocument(terminal, "diff", { ...told, outside, ...forJson(found) });
  else terminal.out(`${renderDiff({ ...found, ...told, outside }, terminal.paint)}\n`);
  terminal.exitCode = outside === 0 ? 0 : exitCodes.DIFFERENT;
}

function compareSides(a: Side, b: Side): StackDifferences {
  if (a.kind === "receipt" && b.kind === "receipt") return compareReceiptFiles(a, b);
  if (a.kind !== "receipt" && b.kind !== "receipt") return compareStacks(a, b);
  const receipt = a.kind === "receipt" ? a : b;
  throw new DrayageError("USAGE", "A receipt tells what runs, a stack what was given: they have other fields.", {
    subject: receipt.label,
    hint: "Take a receipt of the other side as well: dray receipt --stack NAME > FILE, or use dray parity.",
  });
}

function toldSide({ label, kind, stack, declared }: Side) {
  return { name: label, kind, stack, declares: declared !== undefined };
}

/** JSON knows no undefined. */
function forJson({ differences, notCompared }: StackDifferences) {
  return { differences: differences.map((it) => ({ ...it, within: it.within ?? null })), notCompared };
}

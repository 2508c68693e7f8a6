import { Command } from "commander";
import { DrayageError } from "../../spec/drayage-error";
import { didYouMean } from "../../spec/nearest-name";
import { type Chosen, chooseProjectAndStack, collect, withCwd, withExamples, withYes } from "../common-options";
import { requireSomeone } from "../confirm";
import { printLine } from "../json-output";
import { knownStacks } from "../project/known-stacks";
import { type PromoteOutcome, promoteStack } from "../promote/promote-stack";
import { renderPromotion } from "../render/render-promotion";
import { systemClock } from "../system-clock";
import type { Terminal } from "../terminal/terminal";

interface PromoteOptions {
  readonly cwd?: string;
  readonly json?: boolean;
  readonly yes?: boolean;
  readonly only: readonly string[];
}

export function promoteCommand(terminal: Terminal): Command {
  const command = withYes(withCwd(new Command("promote")))
    .description(
      "Run on one stack the very images that another one runs; nothing is built, and what a host has is not sent. The images are kept in the stack's pins file until a newer promotion or `dray unpin`: commit it. Data and secrets are not promoted.",
    )
    .argument("<from>", "the stack that has tried them")
    .argument("<to>", "the stack that shall run them")
    .option("--only <name>", "only this image, or `workload/service` of a reference; may be given several times", collect, [])
    .option("--json", "machine-readable output (docs/json.md)")
    .action((from: string, to: string, options: PromoteOptions) => promote(from, to, options, terminal));
  return withExamples(
    command,
    "dray promote staging production",
    "dray promote staging production --only api --yes",
    "dray unpin api --stack production      build it from the program's folder again",
  );
}

async function promote(fromName: string, toName: string, options: PromoteOptions, terminal: Terminal): Promise<void> {
  const { only, ...shared } = options;
  if (!options.yes) requireSomeone(terminal, "dray promote");
  if (options.json && !options.yes)
    throw new DrayageError("USAGE", "--json leaves no place for a question.", { hint: "Give --yes." });
  const [from, to] = [known(fromName, shared, terminal), known(toName, shared, terminal)];
  if (from.stack === to.stack) throw new DrayageError("USAGE", "A stack is not promoted to itself.", { hint: "dray stacks" });
  const at = new Date(systemClock.now()).toISOString();
  const outcome = await promoteStack({ from, to, only, options: shared, at }, terminal);
  const { images, file } = outcome;
  const equal = images.every((it) => it.equal);
  if (options.json) printLine(terminal, "promote", "promotion", { from: from.stack, to: to.stack, equal, images, file });
  else terminal.out(`${renderPromotion(outcome, { from: from.stack, to: to.stack }, terminal.paint)}\n`);
  if (!equal) throw unequal(outcome, to.stack);
}

/** A name that was mistyped would make a new stack. @throws NOT_FOUND */
function known(stack: string, options: Pick<PromoteOptions, "cwd">, terminal: Terminal): Chosen {
  const chosen = chooseProjectAndStack({ ...options, stack }, terminal);
  const stacks = knownStacks(chosen.project, terminal);
  if (stacks.includes(chosen.stack)) return chosen;
  throw new DrayageError("NOT_FOUND", `${JSON.stringify(stack)} is no stack of this program${didYouMean(chosen.stack, stacks)}`, {
    hint: `A new one begins with its Pulumi.${chosen.stack}.yaml. There are: ${stacks.join(", ") || "none"}.`,
  });
}

function unequal({ images }: PromoteOutcome, stack: string): DrayageError {
  const names = images.filter((it) => !it.equal).map((it) => it.name);
  return new DrayageError("IMAGE_MISMATCH", `${stack} runs something else than was promoted: ${names.join(", ")}.`, {
    hint: `dray preview --stack ${stack}`,
  });
}

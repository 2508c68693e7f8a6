/** One side of a comparison: a stack as its state has it, a saved preview, or a receipt on file. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { parsePlanFile } from "../../engine/plan/plan-file";
import { parseReceipt } from "../../engine/receipt/receipt-schema";
import { DrayageError } from "../../spec/drayage-error";
import { readNamedFile } from "../named-file";
import type { Project } from "../project/find-project";
import { knownStacks } from "../project/known-stacks";
import { toldByState } from "../promote/deployed";
import { loadResources } from "../state/load-state";
import type { Terminal } from "../terminal/terminal";
import type { Declared } from "./declared";
import { type Described, describe } from "./described";
import type { DescribedReceipt } from "./receipts";

export type Side =
  | ({ readonly kind: "stack" | "plan"; readonly stack: string } & Described)
  | ({ readonly kind: "receipt"; readonly stack: string } & DescribedReceipt);

/** A name that is a stack of the program and a file means the stack; `file:` before it means the file. */
export async function readSide(text: string, project: Project, terminal: Terminal): Promise<Side> {
  const stacks = knownStacks(project, terminal);
  const file = text.replace(/^file:/, "");
  if (stacks.includes(text)) return stackSide(text, project, terminal);
  if (file !== text || existsSync(resolve(terminal.cwd, file))) return fileSide(text, file, { project, stacks }, terminal);
  throw new DrayageError("NOT_FOUND", `${JSON.stringify(text)} is no stack of the program and no file.`, {
    hint: `Stacks: ${stacks.join(", ") || "none"}. Files: dray preview --save FILE, dray receipt > FILE.`,
  });
}

async function stackSide(stack: string, project: Project, terminal: Terminal): Promise<Side> {
  const resources = await loadResources({ project, stack }, terminal);
  if (resources.length === 0) {
    throw new DrayageError("NOT_FOUND", `Nothing of ${stack} is deployed yet.`, {
      subject: `stack ${stack}`,
      hint: `Compare what it would be: dray preview --stack ${stack} --save ${stack}.json`,
    });
  }
  return { kind: "stack", stack, ...describe(stack, toldByState(resources)) };
}

async function fileSide(
  label: string,
  file: string,
  { project, stacks }: { project: Project; stacks: readonly string[] },
  terminal: Terminal,
): Promise<Side> {
  const content = readNamedFile(file, terminal.cwd, "Files: dray preview --save FILE, dray receipt > FILE.");
  if (/"kind":\s*"receipt"/.test(content)) {
    const receipt = parseReceipt(content, label);
    const known = receipt.project === project.name && stacks.includes(receipt.stack);
    const state = known ? await stackSide(receipt.stack, project, terminal).catch(() => undefined) : undefined;
    return { kind: "receipt", stack: receipt.stack, label, receipt, declared: state?.declared };
  }
  const { program } = parsePlanFile(content, label);
  if (program !== undefined) {
    const { stack, resources } = program;
    return { kind: "plan", stack, label, resources, declared: program.declared as Declared | undefined };
  }
  throw new DrayageError("USAGE", "This plan file does not say what its program wants: it was saved by an older drayage.", {
    subject: label,
    hint: `Save it again: dray preview --save ${label}`,
  });
}

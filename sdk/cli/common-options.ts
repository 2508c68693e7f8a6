/** Options that several commands share, with one wording. */

import { resolve } from "node:path";
import type { Command } from "commander";
import { chooseStack } from "./project/choose-stack";
import { findProject, type Project } from "./project/find-project";
import type { Terminal } from "./terminal/terminal";

export interface StackOptions {
  readonly cwd?: string;
  readonly stack?: string;
  readonly json?: boolean;
}

export interface Chosen {
  readonly project: Project;
  readonly stack: string;
}

export function withStackOptions(command: Command): Command {
  return withCwd(command)
    .option("-s, --stack <name>", "the stack (default: the selected one, the only one, or dev)")
    .option("--json", "machine-readable output (docs/json.md)");
}

export function withCwd(command: Command): Command {
  return command.option("-C, --cwd <dir>", "the program's folder (default: here)");
}

export function withYes(command: Command): Command {
  return command.option("-y, --yes", "go ahead without asking");
}

export function withTarget(command: Command): Command {
  return command.option(
    "-t, --target <workload>",
    "only this workload and what it needs; may be given several times",
    collect,
    [],
  );
}

export function withExamples(command: Command, ...lines: readonly string[]): Command {
  return command.addHelpText("after", `\nExamples:\n${lines.map((line) => `  ${line}`).join("\n")}`);
}

export function chooseProjectAndStack(options: StackOptions, terminal: Terminal): Chosen {
  const project = findProject(resolve(terminal.cwd, options.cwd ?? "."));
  return { project, stack: chooseStack(project, options.stack, terminal.env) };
}

export function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

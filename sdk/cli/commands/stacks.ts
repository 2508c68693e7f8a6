import { resolve } from "node:path";
import { Command } from "commander";
import { withCwd, withExamples } from "../common-options";
import { printDocument } from "../json-output";
import { selectedStack } from "../project/choose-stack";
import { findProject, type Project } from "../project/find-project";
import { knownStacks } from "../project/known-stacks";
import { humanAge } from "../render/human";
import { renderTable } from "../render/table";
import { loadStackState } from "../state/load-state";
import type { Terminal } from "../terminal/terminal";

interface StacksOptions {
  readonly cwd?: string;
  readonly json?: boolean;
}

interface StackLine {
  readonly name: string;
  readonly selected: boolean;
  readonly resources: number;
  /** Workload → hosts. */
  readonly workloads: Readonly<Record<string, readonly string[]>>;
  readonly writtenAt: string | undefined;
}

export function stacksCommand(terminal: Terminal): Command {
  const command = withCwd(new Command("stacks"))
    .option("--json", "machine-readable output (docs/json.md)")
    .action((options: StacksOptions) => stacks(options, terminal));
  return withExamples(command, "dray stacks", "dray stacks --json");
}

async function stacks(options: StacksOptions, terminal: Terminal): Promise<void> {
  const project = findProject(resolve(terminal.cwd, options.cwd ?? "."));
  const selected = selectedStack(project, terminal.env)?.split("/").at(-1);
  const lines = await Promise.all(
    knownStacks(project, terminal).map((name) => lineOf(project, name, name === selected, terminal)),
  );
  if (options.json) printDocument(terminal, "stacks", { project: project.name, stacks: lines });
  else if (lines.length === 0) terminal.out(`${project.name} has no stack yet: dray up makes \`dev\`.\n`);
  else terminal.out(`${render(lines, terminal)}\n`);
}

async function lineOf(project: Project, name: string, selected: boolean, terminal: Terminal): Promise<StackLine> {
  const state = await loadStackState({ project, stack: name }, terminal);
  const workloads = Object.fromEntries(state.workloads.map((it) => [it.name, it.placements.map((host) => host.name)]));
  return { name, selected, resources: state.resources, workloads, writtenAt: state.writtenAt };
}

function render(lines: readonly StackLine[], { paint }: Terminal): string {
  return renderTable(
    [
      { title: "STACK", text: (it: StackLine) => `${it.name}${it.selected ? " *" : ""}` },
      { title: "RESOURCES", text: (it) => String(it.resources), align: "right" },
      {
        title: "WORKLOADS",
        text: (it) =>
          Object.entries(it.workloads)
            .map(([name, hosts]) => `${name} on ${hosts.join(", ")}`)
            .join("; ") || "-",
      },
      {
        title: "LAST CHANGE",
        text: (it) => (it.writtenAt === undefined ? "-" : `${humanAge(Date.parse(it.writtenAt), Date.now())} ago`),
      },
    ],
    lines,
    paint,
  );
}

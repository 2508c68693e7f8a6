import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { Command } from "commander";
import { connectDocker } from "../../engine/docker/docker-client";
import { silentReport } from "../../engine/report";
import { Lab, type LabUse } from "../../lab/lab";
import { type LabState, listLabNames } from "../../lab/lab-state";
import { writeLabConfig } from "../../lab/write-lab-config";
import { DrayageError } from "../../spec/drayage-error";
import { withCwd, withExamples } from "../common-options";
import { thisMachine } from "../doctor/this-machine";
import { printDocument } from "../json-output";
import { findProject } from "../project/find-project";
import { renderLabStatus, renderLabUp, renderReboot } from "../render/render-lab";
import { processTerminal } from "../terminal/process-terminal";
import type { Terminal } from "../terminal/terminal";

interface LabOptions {
  readonly name: string;
  readonly cwd?: string;
  readonly json?: boolean;
}

interface UpOptions extends LabOptions {
  readonly hosts?: readonly string[];
  readonly bare?: readonly string[];
  readonly config?: string;
  readonly range?: string;
}

export function labCommand(terminal: Terminal = processTerminal()): Command {
  const lab = new Command("lab").description(
    "Throw-away hosts on this machine: containers with systemd, sshd and an engine of their own. Linux only for now.",
  );
  lab.addCommand(upCommand(terminal));
  lab.addCommand(downCommand(terminal));
  lab.addCommand(statusCommand(terminal));
  lab.addCommand(sshCommand(terminal));
  lab.addCommand(rebootCommand(terminal));
  return withExamples(
    lab,
    "dray lab up --hosts rack,cloud --config Pulumi.dev.yaml",
    "dray lab ssh rack",
    "dray lab reboot rack",
    "dray lab down",
  );
}

function upCommand(terminal: Terminal): Command {
  const command = withLab(new Command("up"))
    .summary("bring hosts up; what is up already is left alone")
    .option("--hosts <names>", "names, separated by commas (default: rack,cloud, or none with --bare)", splitNames)
    .option("--bare <names>", "hosts without an engine: ssh, sudo, a blank /dev/lab-disk, for `prepare`", splitNames)
    .option("--config <file>", "stack file that is told where the hosts are: <project>:<host> for each")
    .option("--range <subnet>", "where the lab's subnet is taken from (default: 10.212.0.0/16)")
    .action((options: UpOptions) => up(options, terminal));
  return withExamples(
    command,
    "dray lab up --hosts rack,cloud",
    "dray lab up --hosts rack --name second --config Pulumi.test.yaml",
    "dray lab up --hosts rack,cloud --range 10.99.0.0/24",
    "dray lab up --hosts rack --bare fresh",
  );
}

function downCommand(terminal: Terminal): Command {
  const command = withLab(new Command("down"))
    .summary("remove exactly what `up` made, data and all")
    .action((options: LabOptions) => down(options, terminal));
  return withExamples(command, "dray lab down", "dray lab down --name second");
}

function statusCommand(terminal: Terminal): Command {
  const command = withCwd(new Command("status"))
    .summary("the labs of this project and their hosts")
    .option("--json", "machine-readable output (docs/json.md)")
    .action((options: Omit<LabOptions, "name">) => status(options, terminal));
  return withExamples(command, "dray lab status", "dray lab status --json");
}

function sshCommand(terminal: Terminal): Command {
  const command = withLab(new Command("ssh"))
    .summary("log in to a host, its key pinned, or run a command there")
    .argument("<host>", "the host's name")
    .argument("[command...]", "what to run there; after `--` if it has options")
    .action((host: string, words: string[], options: LabOptions) => ssh(host, words, options, terminal));
  return withExamples(command, "dray lab ssh rack", "dray lab ssh rack -- docker ps -a", "dray lab ssh rack --json");
}

function rebootCommand(terminal: Terminal): Command {
  const command = withLab(new Command("reboot"))
    .summary("restart a host and prove it by its engine's start")
    .argument("<host>", "the host's name")
    .option("--power", "as if the plug were pulled")
    .action((host: string, options: LabOptions & { power?: boolean }) => reboot(host, options, terminal));
  return withExamples(command, "dray lab reboot rack", "dray lab reboot rack --power");
}

function withLab(command: Command): Command {
  return withCwd(command)
    .option("--name <lab>", "which lab; several can live side by side", "default")
    .option("--json", "machine-readable output (docs/json.md)");
}

async function up(options: UpOptions, terminal: Terminal): Promise<void> {
  const began = performance.now();
  const lab = await using(options, terminal, (use) =>
    Lab.up({ ...use, ...hostsOf(options), ...(options.range === undefined ? {} : { range: options.range }) }),
  );
  const seconds = (performance.now() - began) / 1000;
  if (options.config !== undefined) await writeLabConfig(lab.state, resolve(terminal.cwd, options.config));
  if (options.json) printDocument(terminal, "lab up", { lab: publicState(lab.state), seconds });
  else terminal.out(renderLabUp(lab.state, seconds, options.config, terminal.paint));
}

async function down(options: LabOptions, terminal: Terminal): Promise<void> {
  await using(options, terminal, async (use) => (await Lab.open(use)).down());
  if (options.json) printDocument(terminal, "lab down", { name: options.name });
  else terminal.out(`Lab ${options.name} is gone\n`);
}

async function status(options: Omit<LabOptions, "name">, terminal: Terminal): Promise<void> {
  const labs = [];
  for (const name of await listLabNames(labRoot(options, terminal))) {
    labs.push(
      await using({ ...options, name }, terminal, async (use) => {
        const lab = await Lab.open(use);
        return { lab: lab.state, hosts: await lab.status() };
      }),
    );
  }
  if (options.json) {
    printDocument(terminal, "lab status", { labs: labs.map(({ lab, hosts }) => ({ ...publicState(lab), hosts })) });
  } else if (labs.length === 0) terminal.out("No lab. Make one: dray lab up --hosts rack,cloud\n");
  else terminal.out(labs.map(({ lab, hosts }) => renderLabStatus(lab, hosts, terminal.paint)).join("\n"));
}

async function ssh(host: string, words: readonly string[], options: LabOptions, terminal: Terminal): Promise<void> {
  const lab = await Lab.open(labUse(options, terminal, new AbortController().signal));
  const args = lab.sshArguments(host);
  if (options.json) return printDocument(terminal, "lab ssh", { host, command: ["ssh", ...args, ...words] });
  const child = spawn("ssh", [...args, ...words], { stdio: "inherit" });
  terminal.exitCode = await new Promise<number>((done, fail) => {
    child.once("error", fail);
    child.once("close", (code) => done(code ?? 1));
  });
}

async function reboot(host: string, options: LabOptions & { power?: boolean }, terminal: Terminal): Promise<void> {
  const result = await using(options, terminal, async (use) =>
    (await Lab.open(use)).reboot(host, { power: options.power === true }),
  );
  if (options.json) printDocument(terminal, "lab reboot", { ...result });
  else terminal.out(renderReboot(result));
}

/** Ctrl-C ends the waiting; what was made stays in the state, and the same command goes on from there. */
async function using<T>(options: LabOptions, terminal: Terminal, act: (use: LabUse) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const off = terminal.onInterrupt(() =>
    stop.abort(new DrayageError("CANCELLED", "Stopped. `dray lab down` removes what is there.")),
  );
  try {
    return await act(labUse(options, terminal, stop.signal));
  } catch (error) {
    throw stop.signal.aborted ? stop.signal.reason : error;
  } finally {
    off();
  }
}

function labUse(options: LabOptions, terminal: Terminal, signal: AbortSignal): LabUse {
  if (process.platform !== "linux") {
    throw new DrayageError("NOT_SUPPORTED", "The lab runs on Linux only: elsewhere containers have no address one can reach.", {
      hint: "Run it in a Linux machine, or use real hosts.",
    });
  }
  const report = { ...silentReport, say: (_severity: string, text: string) => terminal.err(`${text}\n`) };
  const { socket, context } = thisMachine(terminal.env, report, signal);
  return { root: labRoot(options, terminal), name: options.name, docker: connectDocker("local", socket), context };
}

/** The project's folder, or the working directory where there is no project yet. */
function labRoot(options: Pick<LabOptions, "cwd">, terminal: Terminal): string {
  const from = resolve(terminal.cwd, options.cwd ?? ".");
  try {
    return findProject(from).dir;
  } catch (error) {
    if (error instanceof DrayageError && error.code === "NOT_FOUND") return from;
    throw error;
  }
}

function publicState({ name, subnet, hosts }: LabState): Record<string, unknown> {
  return { name, subnet, hosts };
}

function hostsOf({ hosts, bare = [] }: UpOptions): { hosts: readonly string[]; bare: readonly string[] } {
  return { hosts: hosts ?? (bare.length > 0 ? [] : ["rack", "cloud"]), bare };
}

function splitNames(text: string): string[] {
  return text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

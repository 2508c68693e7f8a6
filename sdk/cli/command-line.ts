/** From arguments to a command, from a failure to one printed block and an exit code. */
import { Command, CommanderError } from "commander";
import { DrayageError, exitCodes } from "../spec/drayage-error";
import { type CommandEntry, commandTable } from "./command-table";
import { failureExitCode, failuresOf } from "./failures";
import { errorRecord, renderErrors } from "./render/render-error";
import type { Terminal } from "./terminal/terminal";
import { version } from "./version";

export async function runCommandLine(
  args: readonly string[],
  terminal: Terminal,
  table: readonly CommandEntry[] = commandTable,
): Promise<void> {
  const name = invokedName(args);
  try {
    await buildProgram(name, terminal, table).parseAsync([...args], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) fail(error, name ?? "dray", args, terminal);
    else if (error.code.startsWith("commander.help") || error.exitCode === 0)
      terminal.exitCode = error.exitCode === 0 ? 0 : exitCodes.USAGE;
    else fail(usage(error, table.find((it) => it.name === name)?.name), name ?? "dray", args, terminal);
  }
}

/** Only the invoked command is loaded whole; of the others the help needs name and summary. */
export function buildProgram(
  invoked: string | undefined,
  terminal: Terminal,
  table: readonly CommandEntry[] = commandTable,
): Command {
  const program = new Command("dray")
    .description(
      "Describe images, containers and hosts in TypeScript; `dray up` runs them anywhere and moves them with their data.",
    )
    .version(version(), "-V, --version")
    .usage("<command> [options]")
    .enablePositionalOptions()
    .showSuggestionAfterError(true)
    .helpOption("-h, --help", "show help")
    .configureHelp({ sortSubcommands: false })
    .addHelpText("after", examples);
  for (const it of table) {
    const command = it.name === invoked ? it.load(terminal) : new Command(it.name);
    program.addCommand(command.summary(it.summary).helpGroup(it.group));
    if (it.name === invoked && command.description() === "") command.description(it.summary);
  }
  program.helpCommand("help [command]", "show help of a command");
  attach(program, terminal);
  return program;
}

/** The word that names the command: `dray help up` and `dray up --help` both mean up. */
function invokedName(args: readonly string[]): string | undefined {
  const words = args.filter((it) => !it.startsWith("-"));
  return words[0] === "help" ? words[1] : words[0];
}

function attach(command: Command, terminal: Terminal): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => terminal.out(text),
    writeErr: (text) => terminal.err(text),
    // Told as every other failure, with its code and as JSON where that was asked for.
    outputError: () => undefined,
  });
  for (const sub of command.commands) attach(sub, terminal);
}

/** `error: unknown option '--stak'\n(Did you mean --stack?)`, in our words. */
function usage(error: CommanderError, command: string | undefined): DrayageError {
  const text = error.message
    .replace(/^error: /, "")
    .replace(/\s*\n\s*/g, " ")
    .trim();
  const sentence = `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
  return new DrayageError("USAGE", /[.?)]$/.test(sentence) ? sentence : `${sentence}.`, {
    hint: command === undefined ? "dray --help" : `dray ${command} --help`,
    cause: error,
  });
}

function fail(error: unknown, command: string, args: readonly string[], terminal: Terminal): void {
  const failures = failuresOf(error);
  terminal.exitCode = failureExitCode(failures);
  if (wantsJson(args)) {
    const errors = failures.map(errorRecord);
    terminal.out(`${JSON.stringify({ schemaVersion: 1, command, event: "error", exitCode: terminal.exitCode, errors })}\n`);
  } else terminal.err(`${renderErrors(failures, terminal.errorPaint)}\n`);
  if (!terminal.env.DRAYAGE_DEBUG) return;
  for (const it of failures) terminal.err(`${it.stack ?? ""}\n${causeText(it)}`);
}

function causeText(error: Error): string {
  const cause = error instanceof DrayageError ? error.cause : undefined;
  return cause instanceof Error ? `caused by ${cause.stack ?? cause.message}\n` : "";
}

function wantsJson(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return (end < 0 ? args : args.slice(0, end)).includes("--json");
}

const examples = `
Examples:
  dray init shop && cd shop && npm install    write a program
  dray lab up --hosts rack,cloud              two throw-away hosts to try it on
  dray preview                                what would happen
  dray up                                     make it so
  dray move shop --to cloud                   carry it over, data and all

Exit codes: docs/errors.md. JSON: docs/json.md. Help on a command: dray COMMAND --help`;

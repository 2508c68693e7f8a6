#!/usr/bin/env node
import { runCommandLine } from "./command-line";
import { processTerminal } from "./terminal/process-terminal";

const terminal = processTerminal();
// A reader that went away (`dray logs | head`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

void runCommandLine(process.argv.slice(2), terminal).then(() => {
  process.exitCode = terminal.exitCode;
  // Sockets of a finished run may still be closing; what was written goes out first.
  process.stdout.write("", () => process.stderr.write("", () => process.exit(terminal.exitCode)));
});

/** What `--json` prints: one document, or one line per event. docs/json.md describes each. */
import type { Terminal } from "./terminal/terminal";

export function printDocument(terminal: Terminal, command: string, body: Readonly<Record<string, unknown>>): void {
  terminal.out(`${JSON.stringify({ schemaVersion: 1, command, ...body })}\n`);
}

/** Each line of a stream is a document of its own, told apart by `event`. */
export function printLine(terminal: Terminal, command: string, event: string, body: Readonly<Record<string, unknown>>): void {
  printDocument(terminal, command, { event, ...body });
}

import { DrayageError } from "../spec/drayage-error";
import type { Terminal } from "./terminal/terminal";

/**
 * Asks before something happens; `--yes` answers. Nobody there to ask → refused, naming the flag.
 * @throws CANCELLED on any answer but yes.
 */
export async function confirm(
  terminal: Terminal,
  question: string,
  options: { readonly yes?: boolean | undefined; readonly what: string },
): Promise<void> {
  if (options.yes) return;
  requireSomeone(terminal, options.what);
  const answer = await terminal.ask(`${question} [y/N] `);
  if (!/^y(es)?$/i.test(answer ?? "")) throw nothingChanged(options.what);
}

/** For what cannot be undone: the name has to be typed. */
export async function confirmByName(
  terminal: Terminal,
  question: string,
  name: string,
  options: { readonly yes?: boolean | undefined; readonly what: string },
): Promise<void> {
  if (options.yes) return;
  requireSomeone(terminal, options.what);
  const answer = await terminal.ask(`${question}\nType ${terminal.errorPaint.bold(name)} to go ahead: `);
  if (answer !== name) throw nothingChanged(options.what);
}

export function requireSomeone(terminal: Terminal, what: string): void {
  if (terminal.interactive) return;
  throw new DrayageError("USAGE", `${what} asks before it changes anything, and there is no terminal to ask at.`, {
    hint: "Give --yes to go ahead without being asked.",
  });
}

function nothingChanged(what: string): DrayageError {
  return new DrayageError("CANCELLED", `${what} cancelled. Nothing was changed.`);
}

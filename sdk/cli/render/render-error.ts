/** One block per failure: what it is, what it is about, what happened and runs now, what to do next. */
import { DrayageError } from "../../spec/drayage-error";
import { counted } from "./human";
import type { Paint } from "./paint";

export function renderError(error: unknown, paint: Paint): string {
  const it = asDrayageError(error);
  const head = [paint.red(paint.bold("error")), paint.bold(it.code), it.subject ?? ""].filter((part) => part !== "").join("  ");
  const lines = [head, indent(it.message, "  ")];
  if (it.hint !== undefined) lines.push(`  ${paint.cyan("next:")} ${indent(it.hint, "        ").trimStart()}`);
  return lines.join("\n");
}

/** Equal ones are shown once. */
export function renderErrors(errors: readonly unknown[], paint: Paint): string {
  const blocks = [...new Set(errors.map((error) => renderError(error, paint)))];
  const heading = blocks.length > 1 ? [paint.red(counted(blocks.length, "error")), ""] : [];
  return [...heading, blocks.join("\n\n")].join("\n");
}

/** As JSON mode prints it. */
export function errorRecord(error: unknown): Record<string, unknown> {
  const it = asDrayageError(error);
  return {
    code: it.code,
    exitCode: it.exitCode,
    ...(it.subject === undefined ? {} : { subject: it.subject }),
    message: it.message,
    ...(it.hint === undefined ? {} : { hint: it.hint }),
  };
}

export function asDrayageError(error: unknown): DrayageError {
  if (error instanceof DrayageError) return error;
  const text = error instanceof Error ? error.message : String(error);
  return new DrayageError("INTERNAL", text, {
    hint: "This is a mistake of drayage: please report it with DRAYAGE_DEBUG=1 set, which prints the stack.",
    cause: error,
  });
}

function indent(text: string, by: string): string {
  return text
    .split("\n")
    .map((line) => (line === "" ? "" : by + line))
    .join("\n");
}

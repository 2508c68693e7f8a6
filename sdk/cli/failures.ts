/** One failure or several, as one list and one exit code. */
import { type DrayageError, exitCodes } from "../spec/drayage-error";
import { asDrayageError } from "./render/render-error";

/** Several things failed in one run: all are printed, once. */
export class Failures extends Error {
  constructor(readonly errors: readonly Error[]) {
    super(errors.map((it) => it.message).join("\n"));
    this.name = "Failures";
  }
}

export function failuresOf(error: unknown): DrayageError[] {
  const several = error instanceof Failures || error instanceof AggregateError ? [...error.errors] : [error];
  return distinct(several.map(asDrayageError));
}

/** The code they share; several different ones are a partial failure. */
export function failureExitCode(failures: readonly DrayageError[]): number {
  const codes = new Set(failures.map((it) => it.exitCode));
  const [only] = codes;
  return codes.size === 1 && only !== undefined ? only : exitCodes.PARTIAL;
}

function distinct(errors: readonly DrayageError[]): DrayageError[] {
  const seen = new Map(errors.map((it) => [`${it.code}\n${it.subject ?? ""}\n${it.message}`, it]));
  return [...seen.values()];
}

import type { Redact } from "../../provider/redact";
import { DrayageError } from "../../spec/drayage-error";

/** The same error without secret values. One that held any loses its cause and stack, which may hold it too. */
export function redactError(error: unknown, redact: Redact): Error {
  const it = error instanceof Error ? error : new Error(String(error));
  const message = redact(it.message);
  if (!(it instanceof DrayageError)) return message === it.message ? it : new Error(message);
  const subject = it.subject === undefined ? undefined : redact(it.subject);
  const hint = it.hint === undefined ? undefined : redact(it.hint);
  if (message === it.message && subject === it.subject && hint === it.hint) return it;
  return new DrayageError(it.code, message, {
    ...(subject === undefined ? {} : { subject }),
    ...(hint === undefined ? {} : { hint }),
  });
}

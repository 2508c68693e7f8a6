import { isAbsolute, resolve } from "node:path";
import type { SecretMachine } from "./secret-source";

export function localPath(written: string, { base, home }: Pick<SecretMachine, "base" | "home">): string {
  if (written === "~" || written.startsWith("~/")) return home + written.slice(1);
  return isAbsolute(written) ? written : resolve(base, written);
}

/** Why a file cannot be read, as the end of a sentence that began with its name. */
export function unreadable(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return "does not exist";
  if (code === "EISDIR") return "is a folder";
  return code === "EACCES" || code === "EPERM" ? "cannot be read: permission denied" : `cannot be read: ${message}`;
}

/** As one word of a shell. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./~-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

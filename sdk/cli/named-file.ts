/** Files that a person names on the command line. */
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { DrayageError } from "../spec/drayage-error";

/** `hint`: what makes such a file. @throws NOT_FOUND when it is not there, USAGE when it cannot be read */
export function readNamedFile(name: string, cwd: string, hint: string): string {
  try {
    return readFileSync(resolve(cwd, name), "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ENOENT")
      throw new DrayageError("USAGE", `It cannot be read: ${reasonOf(cause)}.`, { subject: name, hint, cause });
    throw new DrayageError("NOT_FOUND", "There is no such file.", { subject: name, hint, cause });
  }
}

/** @throws USAGE when it cannot be written */
export function writeNamedFile(name: string, cwd: string, text: string): void {
  try {
    writeFileSync(resolve(cwd, name), text);
  } catch (cause) {
    throw new DrayageError("USAGE", `It cannot be written: ${reasonOf(cause)}.`, {
      subject: name,
      hint: "Name a file in a folder that exists and is yours.",
      cause,
    });
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EISDIR: "it is a folder",
  ENOENT: "its folder does not exist",
  ENOTDIR: "its folder is a file",
  ENOSPC: "the disk is full",
  EROFS: "the file system is read-only",
};

function reasonOf(error: unknown): string {
  const { code = "", message } = error as NodeJS.ErrnoException;
  return reasons[code] ?? message;
}

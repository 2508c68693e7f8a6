/**
 * Exports in a folder of a machine that is reached by SSH and may have nothing but sshd and a POSIX shell. Paths travel as the first
 * line of stdin, never in the text of a script.
 */
import { PassThrough, type Readable } from "node:stream";
import { DrayageError } from "../../spec/drayage-error";
import { type FixedScript, fixedScript, type Shell } from "../connection/shell";
import type { ExportStore } from "./export-store";

/** `folder` absolute, or relative to the home folder of the user that ssh logs in. */
export function sshStore(shell: Shell, folder: string): ExportStore {
  const at = (path: string) => `${folder}/${path}`;
  const where = `${shell.host}:${folder}`;
  const run = async (script: FixedScript, path: string): Promise<string> => {
    const { exitCode, stdout, stderr } = await shell.run(script, { input: lineOf(path), deadlineMs: 120_000 });
    if (exitCode !== 0) throw failure(where, path, exitCode, stderr);
    return stdout;
  };
  return {
    where,
    async write(path, content, signal) {
      const file = lineOf(at(path));
      try {
        const { exitCode, stderr } = await shell.stream(writePartial, { input: file, stdin: content, signal });
        if (exitCode !== 0) throw failure(where, path, exitCode, stderr);
        await run(nameWhole, at(path));
      } catch (error) {
        await shell.run(dropPartial, { input: file }).catch(() => undefined);
        throw error;
      }
    },
    async read(path): Promise<Readable> {
      await run(isFile, at(path));
      const content = new PassThrough({ highWaterMark: 1 << 20 });
      shell.stream(readFile, { input: lineOf(at(path)), stdout: content }).then(
        ({ exitCode, stderr }) => void (exitCode === 0 || content.destroy(failure(where, path, exitCode, stderr))),
        (error: Error) => void content.destroy(error),
      );
      return content;
    },
    async list() {
      const names = (await run(listFolder, folder)).split("\n").filter((name) => name !== "");
      return names.sort();
    },
    async remove(name) {
      await run(removeFolder, at(name));
    },
  };
}

const taken = 73;
const absent = 66;

/**
 * Everything arrives under another name. A connection that is cut looks like the end of the content from there, so the file gets its
 * own name by a second script, when we know that all of it was sent.
 */
const writePartial = fixedScript`set -u; umask 077
IFS= read -r file || exit 64
[ ! -e "$file" ] || { cat > /dev/null; exit 73; }
mkdir -p -- "$(dirname -- "$file")" || exit 1
cat > "$file.partial" && { sync -- "$file.partial" 2> /dev/null || sync; }`;
const nameWhole = fixedScript`IFS= read -r file || exit 64; [ ! -e "$file" ] || exit 73; mv -- "$file.partial" "$file"`;
const dropPartial = fixedScript`IFS= read -r file || exit 64; rm -f -- "$file.partial"`;
const isFile = fixedScript`IFS= read -r file || exit 64; [ -f "$file" ] || exit 66`;
const readFile = fixedScript`IFS= read -r file || exit 64; exec cat -- "$file"`;
const listFolder = fixedScript`IFS= read -r folder || exit 64
for manifest in "$folder"/*/manifest.json; do
  [ -f "$manifest" ] || continue
  dir=$(dirname -- "$manifest"); printf '%s\n' "$(basename -- "$dir")"
done`;
const removeFolder = fixedScript`IFS= read -r folder || exit 64; rm -- "$folder/manifest.json" && rm -r -- "$folder"`;

/** @throws USAGE for a path that one line cannot hold */
function lineOf(path: string): string {
  if (/[\n\r\0]/.test(path)) throw new DrayageError("USAGE", "A path must be one line.", { subject: JSON.stringify(path) });
  return `${path}\n`;
}

function failure(where: string, path: string, exitCode: number, stderr: string): DrayageError {
  const subject = `${where}: ${path}`;
  if (exitCode === taken) return new DrayageError("NAME_TAKEN", "It is there already; nothing was written.", { subject });
  if (exitCode === absent) return new DrayageError("NOT_FOUND", "There is no such file.", { subject });
  const reason = stderr.trim().split("\n").pop() || `it ended with ${exitCode}`;
  if (/no space left|quota exceeded/i.test(stderr))
    return new DrayageError("DISK_FULL", "There is no space left; nothing was left behind.", { subject });
  return new DrayageError("EXPORT_FAILED", reason, { subject });
}

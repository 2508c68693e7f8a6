import type { Place } from "./place";
import { filledText, listOf } from "./read";
import { isUnknown } from "./unknown";

/** Reads a local file of variables; the spec itself touches no file. */
export type EnvFileReader = (path: string) => EnvFile;
export type EnvFile = { readonly environment: Readonly<Record<string, string>> } | { readonly error: string };

/**
 * Lines `NAME=value` as Compose reads them: comments, `export`, single quotes (raw), double quotes (\n, \t, \", \\), no
 * interpolation. A line that is none is a problem, named by its number and not by its content.
 */
export function parseEnvFile(content: string): EnvFile {
  const environment: Record<string, string> = {};
  const lines = content.replace(/^\uFEFF/, "").split(/\r?\n/);
  for (const [index, line] of lines.entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const match = /^\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*=\s*(.*)$/.exec(line);
    const value = match?.[2] === undefined ? undefined : parseValue(match[2]);
    if (match?.[1] === undefined || value === undefined) return { error: `line ${index + 1} is not NAME=value` };
    environment[match[1]] = value;
  }
  return { environment };
}

/** Later files win over earlier ones. What they hold is read when the reader of files is known. */
export function readEnvFiles(
  value: unknown,
  place: Place,
): ((open: EnvFileReader | undefined) => Record<string, string>) | undefined {
  const read = typeof value === "string" && !isUnknown(value) ? [value] : paths(value, place);
  if (read === undefined) return undefined;
  return (open) => {
    if (open === undefined) place.problem("cannot be read here: the Workload class reads it into 'environment'");
    const files = read.map((path) => ({ path, file: open?.(path) }));
    const environment: Record<string, string> = {};
    for (const { path, file } of files) {
      if (file !== undefined && "error" in file) place.problem(`${path}: ${file.error}`);
      else Object.assign(environment, file?.environment);
    }
    return environment;
  };
}

const paths = listOf(filledText, "a path or a list of paths");
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\", $: "$" };

function parseValue(written: string): string | undefined {
  const single = /^'([^']*)'\s*(?:#.*)?$/.exec(written);
  if (single !== null) return single[1];
  const double = /^"((?:[^"\\]|\\.)*)"\s*(?:#.*)?$/.exec(written);
  if (double !== null) return double[1]?.replace(/\\(.)/g, (all, c: string) => ESCAPES[c] ?? all);
  if (/^['"]/.test(written)) return undefined;
  return written.replace(/\s+#.*$/, "").trim();
}

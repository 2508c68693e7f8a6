/** The content of a service's config: text, a local file or a local folder, read whole into memory. */
import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { hashText } from "../spec/config";
import type { Problem } from "../spec/drayage-error";
import { sortByBytes } from "./sort-by-bytes";

export type ConfigEntry =
  | { readonly kind: "file"; readonly path: string; readonly mode: number; readonly content: Buffer }
  | { readonly kind: "directory"; readonly path: string; readonly mode: number }
  | { readonly kind: "symlink"; readonly path: string; readonly target: string };

export interface ConfigContent {
  /** Sorted by path, relative to the config's own path; a single file or text has the path "". */
  readonly entries: readonly ConfigEntry[];
  /** Of names, x bits, link targets and bytes: the same on every machine. */
  readonly hash: string;
}

export type ConfigSourceInput = { readonly text: string } | { readonly file: string } | { readonly folder: string };

/** Configs are carried in memory and sent at each change. */
const LIMIT = 32 * 1024 * 1024;

/** Never rejects and never throws. `base` is the program's folder. */
export function readConfigSource(source: ConfigSourceInput, base: string): ConfigContent | { readonly error: Problem } {
  try {
    if ("text" in source) return textContent(source.text);
    const content = "file" in source ? fileContent(resolve(base, source.file)) : folderContent(resolve(base, source.folder));
    return withinLimit(content);
  } catch (error) {
    return { error: { path: "", reason: explain(source, error) } };
  }
}

function textContent(text: string): ConfigContent {
  return { entries: [{ kind: "file", path: "", mode: 0o644, content: Buffer.from(text) }], hash: hashText(text) };
}

function fileContent(path: string): ConfigContent {
  const stat = statSync(path);
  if (stat.isDirectory()) throw new Error("is a folder; write { folder: … }");
  if (!stat.isFile()) throw new Error("is not a file");
  return hashed([readFile("", path, stat.mode)]);
}

function folderContent(root: string): ConfigContent {
  if (!statSync(root).isDirectory()) throw new Error("is a file; write { file: … }");
  return hashed(sortByBytes(pathsIn(root, "").map((path) => readEntry(root, path))));
}

/** Node's own recursive reading follows links to folders. */
function pathsIn(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((dirent) => {
    const path = folder === "" ? dirent.name : `${folder}/${dirent.name}`;
    return dirent.isDirectory() ? [path, ...pathsIn(root, path)] : [path];
  });
}

function readEntry(root: string, path: string): ConfigEntry {
  const source = join(root, path);
  const stat = lstatSync(source);
  if (stat.isDirectory()) return { kind: "directory", path, mode: 0o755 };
  if (stat.isSymbolicLink()) return { kind: "symlink", path, target: readlinkSync(source) };
  if (!stat.isFile()) throw new Error(`${path} is neither file, folder nor link`);
  return readFile(path, source, stat.mode);
}

function readFile(path: string, source: string, mode: number): ConfigEntry {
  return { kind: "file", path, mode: (mode & 0o100) === 0 ? 0o644 : 0o755, content: readFileSync(source) };
}

function hashed(entries: readonly ConfigEntry[]): ConfigContent {
  const hash = createHash("sha256");
  const add = (...parts: (string | Buffer)[]) => {
    for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  };
  for (const entry of entries) {
    add(entry.kind, entry.path);
    if (entry.kind === "file") add(String(entry.mode), entry.content);
    if (entry.kind === "symlink") add(entry.target);
  }
  return { entries, hash: hash.digest("hex") };
}

function withinLimit(content: ConfigContent): ConfigContent {
  const bytes = content.entries.reduce((sum, entry) => sum + (entry.kind === "file" ? entry.content.length : 0), 0);
  if (bytes > LIMIT)
    throw new Error(`holds ${Math.ceil(bytes / 1024 / 1024)} MiB, configs at most 32; put it into an image or a volume`);
  return content;
}

function explain(source: ConfigSourceInput, error: unknown): string {
  const written = "file" in source ? source.file : "folder" in source ? source.folder : "text";
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOENT") return `${written} does not exist`;
  if (code === "EACCES") return `${written} cannot be read: permission denied`;
  return `${written} ${error instanceof Error ? error.message : String(error)}`;
}

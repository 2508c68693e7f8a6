/** Which names differ between two hashed trees: descends only where digests differ, and stops when enough is named. */
import { attributesThatDiffer } from "./compare-listings";
import type { TreeEntry } from "./hash-session";
import { printablePath } from "./printable-path";

/** What is in a directory (base64, "" for the root). */
export type Below = (directory: string) => Promise<readonly TreeEntry[]>;

const folder = 0o040000;
const kindOfMode = 0o170000;

/** `orders/1: content`, `conf/a: only on A`; at most `limit`, and "…" when there are more. */
export async function differingNames(a: Below, b: Below, limit = 10): Promise<string[]> {
  const named: string[] = [];
  const open = [""];
  for (let directory = open.shift(); directory !== undefined && named.length <= limit; directory = open.shift()) {
    const [left, right] = await Promise.all([a(directory), b(directory)]);
    const others = new Map(right.map((entry) => [entry.path, entry]));
    for (const entry of left) {
      const other = others.get(entry.path);
      others.delete(entry.path);
      if (other?.digest === entry.digest) continue;
      if (other === undefined) named.push(`${nameOf(entry)}: only on A`);
      else named.push(...attributesThatDiffer(entry, other, "time").map((what) => `${nameOf(entry)}: ${what}`));
      if (other !== undefined && isFolder(entry) && isFolder(other)) open.push(entry.path);
    }
    for (const entry of others.values()) named.push(`${nameOf(entry)}: only on B`);
  }
  if (named.length === 0) return [".: mode, owner or attributes"];
  return named.length > limit ? [...named.slice(0, limit), "…"] : named;
}

function isFolder({ mode }: TreeEntry): boolean {
  return (mode & kindOfMode) === folder;
}

function nameOf(entry: TreeEntry): string {
  return `${printablePath(entry.path)}${isFolder(entry) ? "/" : ""}`;
}

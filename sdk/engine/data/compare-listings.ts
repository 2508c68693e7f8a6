/** What differs between two trees, told by name. Pure. */
import { z } from "zod";
import { printablePath } from "./printable-path";

export const listedEntry = z.object({
  path: z.string(),
  mode: z.number(),
  owner: z.string(),
  /** Nanoseconds, beyond what a number holds. */
  mtime: z.string(),
  size: z.number(),
  device: z.number().optional(),
  target: z.string().optional(),
  group: z.string().optional(),
  xattrs: z.string().optional(),
  content: z.string().optional(),
});

export type ListedEntry = z.infer<typeof listedEntry>;

const compared = {
  mode: (entry) => entry.mode.toString(8),
  owner: (entry) => entry.owner,
  time: (entry) => entry.mtime,
  size: (entry) => String(entry.size),
  content: (entry) => entry.content ?? "",
  "symlink target": (entry) => printablePath(entry.target ?? ""),
  "hard links": (entry) => (entry.group === undefined ? "none" : printablePath(entry.group)),
  device: (entry) => String(entry.device ?? ""),
  "extended attributes": (entry) => entry.xattrs ?? "",
} satisfies Record<string, (entry: ListedEntry) => string>;

/** `table: content`, `conf/a: mode 100644 → 100600`, `new: missing on the target`. */
export function compareListings(source: readonly ListedEntry[], target: readonly ListedEntry[]): string[] {
  const left = new Map(target.map((entry) => [entry.path, entry]));
  const differences: string[] = [];
  for (const entry of source) {
    const other = left.get(entry.path);
    left.delete(entry.path);
    const name = printablePath(entry.path);
    if (other === undefined) differences.push(`${name}: missing on the target`);
    else differences.push(...attributesThatDiffer(entry, other).map((what) => `${name}: ${what}`));
  }
  for (const path of left.keys()) differences.push(`${printablePath(path)}: only on the target`);
  return differences;
}

/** `except`: what may differ. */
export function attributesThatDiffer(one: ListedEntry, other: ListedEntry, except?: keyof typeof compared): string[] {
  return Object.entries(compared).flatMap(([what, of]) => {
    const [was, is] = [of(one), of(other)];
    if (was === is || what === except) return [];
    return [what === "content" || what === "extended attributes" ? what : `${what} ${was} → ${is}`];
  });
}

import { createHash } from "node:crypto";
import type { BuildOptions } from "./context-options";
import type { ContextSnapshot, HashedEntry } from "./read-context";

/** Part of the hash: a new way of hashing is a new hash. */
const FORMAT = "drayage context 2";

/**
 * The cache key of an image: everything that decides what a build is given, and nothing else (no owner, time, umask, absolute
 * path). Every part is preceded by its length, so that no two contexts are one text. 64 hex characters.
 */
export function contentHash(
  snapshot: Pick<ContextSnapshot, "entries" | "dockerfile">,
  options: Omit<BuildOptions, "context">,
): string {
  const hash = createHash("sha256");
  const add = (...parts: string[]) => hash.update(parts.map((part) => `${Buffer.byteLength(part)}:${part}`).join(""));
  add(FORMAT, "dockerfile", snapshot.dockerfile, "target", options.target ?? "", "platform", options.platform ?? "");
  const args = Object.entries(options.args ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, value] of args) add("arg", name, value);
  for (const entry of snapshot.entries) add(...describe(entry));
  return hash.digest("hex");
}

function describe(entry: HashedEntry): string[] {
  if (entry.kind === "directory") return ["directory", entry.path];
  if (entry.kind === "symlink") return ["symlink", entry.path, entry.target];
  return [entry.executable ? "executable" : "file", entry.path, entry.digest];
}

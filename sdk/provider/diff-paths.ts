/** Two values as the set of paths at which they differ: what Pulumi shows as a detailed diff. */
import { isRecord, type Plain, samePlain } from "./plain";
import { formatPath, type PropertyPath } from "./property-path";
import type { ChangeKind } from "./resource-handler";

export function diffPaths(old: Plain | undefined, wanted: Plain | undefined, at: PropertyPath = []): Record<string, ChangeKind> {
  if (isAbsent(old) && isAbsent(wanted)) return {};
  if (samePlain(old, wanted)) return {};
  if (isRecord(old) && isRecord(wanted)) {
    const keys = [...new Set([...Object.keys(old), ...Object.keys(wanted)])];
    return Object.assign({}, ...keys.map((key) => diffPaths(old[key], wanted[key], [...at, key])));
  }
  if (Array.isArray(old) && Array.isArray(wanted) && old.length === wanted.length) {
    return Object.assign({}, ...old.map((item: Plain, i) => diffPaths(item, wanted[i] as Plain, [...at, i])));
  }
  return { [formatPath(at)]: isAbsent(old) ? "add" : isAbsent(wanted) ? "delete" : "update" };
}

const isAbsent = (value: Plain | undefined): boolean => value === undefined || value === null;

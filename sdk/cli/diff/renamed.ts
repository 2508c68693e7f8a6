/** A key that is a declared value: one side has a field under its own value, the other the same field under its. Pure. */
import type { PropertyPath } from "../../provider/property-path";
import type { DeclaredPair } from "./declared";
import { explain } from "./explain";

export interface Found {
  readonly resource: string;
  readonly path: PropertyPath;
  readonly a: unknown;
  readonly b: unknown;
}

/** What explains the two keys; undefined where the other side has no such twin. */
export function renamed(it: Found, all: readonly Found[], pairs: readonly DeclaredPair[]): string | undefined {
  const lacksA = it.a === undefined;
  if (lacksA === (it.b === undefined)) return undefined;
  for (const twin of all) {
    const same = twin.resource === it.resource && JSON.stringify([twin.b, twin.a]) === JSON.stringify([it.a, it.b]);
    if (!same || (twin.a === undefined) === lacksA) continue;
    const names = lacksA ? explainedSteps(twin.path, it.path, pairs) : explainedSteps(it.path, twin.path, pairs);
    if (names !== undefined) return names;
  }
  return undefined;
}

/** The paths differ in one key, and that is explained. */
function explainedSteps(a: PropertyPath, b: PropertyPath, pairs: readonly DeclaredPair[]): string | undefined {
  const other = a.flatMap((step, i) => (step === b[i] ? [] : [i]));
  const [at] = other;
  if (a.length !== b.length || other.length !== 1 || at === undefined) return undefined;
  return explain("", a[at], b[at], pairs);
}

/** What the references of a workload were promoted as. */
import { Place } from "../spec/place";
import { type ReferenceLock, readReferenceLocks } from "../spec/reference-lock";
import { recordOf, textOf } from "./common-inputs";
import { isRecord, type PlainRecord } from "./plain";

/** Service → lock. Undefined: none. */
export function locksOf({ locks }: PlainRecord): Readonly<Record<string, ReferenceLock>> | undefined {
  return isRecord(locks) ? readReferenceLocks(locks, Place.root([])) : undefined;
}

/** Where it was promoted from changes nothing of what runs. */
export function comparedLocks({ locks }: PlainRecord): PlainRecord | undefined {
  if (!isRecord(locks)) return undefined;
  return Object.fromEntries(Object.entries(locks).map(([service, lock]) => [service, { ...recordOf(lock), from: null }]));
}

/** One line per lock, said in each preview. */
export function lockNotes(inputs: PlainRecord): string[] {
  const { name, services } = inputs;
  return Object.entries(locksOf(inputs) ?? {}).map(([service, { ref, id, from }]) => {
    const unpin = `dray unpin ${textOf(name)}/${service}`;
    const written = recordOf(recordOf(services)[service]).image;
    if (written !== ref) return `${service}: the pin of ${ref} is void: the program says something else by now (${unpin})`;
    const origin = from === undefined ? "" : `, promoted from ${from}`;
    return `${service}: ${ref} is pinned to ${id.replace(/^sha256:/, "").slice(0, 12)}${origin} (${unpin})`;
  });
}

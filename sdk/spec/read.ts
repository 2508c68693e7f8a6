/**
 * Readers turn what a person wrote into what the engine uses. Functions and not zod schemas: a reader goes on after a mistake, so
 * that all are reported together; it knows UNKNOWN and hides secrets; and it costs nothing to load (zod: ~50 ms of every command).
 */

import { didYouMean } from "./nearest-name";
import type { Place } from "./place";
import { isUnknown, UNKNOWN } from "./unknown";

/** Yields undefined after it has reported a problem. */
export type Reader<T> = (value: unknown, place: Place) => T | undefined;

export type Read<R> = R extends Reader<infer T> ? T : never;

/** One value. `parse` yields undefined for what does not meet the expectation. */
export function leaf<T>(expectation: string, parse: (value: unknown) => T | undefined): Reader<T> {
  return (value, place) => {
    if (isUnknown(value)) return unknown(place) as T | undefined;
    return parse(value) ?? place.expected(expectation, value);
  };
}

export const text = leaf("a string", (value) => (typeof value === "string" ? value : undefined));
export const filledText = leaf("a string that is not empty", (value) =>
  typeof value === "string" && value !== "" ? value : undefined,
);
export const flag = leaf("true or false", (value) => (typeof value === "boolean" ? value : undefined));

export function matching(expectation: string, pattern: RegExp): Reader<string> {
  return leaf(expectation, (value) => (typeof value === "string" && pattern.test(value) ? value : undefined));
}

export function wholeNumber(from: number, to = Number.MAX_SAFE_INTEGER): Reader<number> {
  const expectation = to === Number.MAX_SAFE_INTEGER ? `a whole number from ${from}` : `a whole number from ${from} to ${to}`;
  return leaf(expectation, (value) =>
    Number.isSafeInteger(value) && Number(value) >= from && Number(value) <= to ? Number(value) : undefined,
  );
}

export function oneOf<const T extends string>(...words: readonly T[]): Reader<T> {
  const expectation = words.map((word) => `'${word}'`).join(" or ");
  return leaf(expectation, (value) => words.find((word) => word === value));
}

/** An unknown list is read as a list of one unknown element. */
export function listOf<T>(element: Reader<T>, expectation = "a list"): Reader<T[]> {
  return (value, place) => {
    const list = isUnknown(value) ? [UNKNOWN] : value;
    if (!Array.isArray(list)) return place.expected(expectation, value);
    return list.map((item, index) => element(item, place.index(index))).filter(present);
  };
}

/** Keys come out sorted, so that the order of writing is no difference. An unknown record has the key UNKNOWN. */
export function recordOf<T>(element: (value: unknown, place: Place, key: string) => T | undefined): Reader<Record<string, T>> {
  return (value, place) => {
    const record = isUnknown(value) ? { [UNKNOWN]: UNKNOWN } : value;
    if (!isRecord(record)) return place.expected("an object", value);
    const entries = keysOf(record).map((key) => [key, element(record[key], place.key(key), key)] as const);
    return Object.fromEntries(entries.filter((entry): entry is [string, T] => present(entry[1])));
  };
}

/**
 * The known keys of an object, each by its reader; absent and null keys stay absent. `otherwise` explains well-known words that
 * are not ours.
 */
export function fields<S extends Readonly<Record<string, Reader<unknown>>>>(
  shape: S,
  otherwise: Readonly<Record<string, string>> = {},
): Reader<{ [K in keyof S]?: Read<S[K]> }> {
  const known = Object.keys(shape);
  return (value, place) => {
    const record = isUnknown(value) ? Object.fromEntries(known.map((key) => [key, UNKNOWN])) : value;
    if (!isRecord(record)) return place.expected("an object", value);
    for (const key of keysOf(record)) {
      if (Object.hasOwn(shape, key)) continue;
      const reason = Object.hasOwn(otherwise, key) ? `; ${otherwise[key]}` : didYouMean(key, known);
      place.key(key).problem(`unknown key '${key}'${reason}`);
    }
    const read = known.map(
      (key) => [key, isAbsent(record[key]) ? undefined : shape[key]?.(record[key], place.key(key))] as const,
    );
    return Object.fromEntries(read.filter(([, result]) => present(result))) as { [K in keyof S]?: Read<S[K]> };
  };
}

/** Reports each of these keys that an object does not have; one of a wrong type was reported by its reader. */
export function requireKeys(value: unknown, keys: readonly string[], place: Place, reason = "is missing"): void {
  if (!isRecord(value)) return;
  for (const key of keys) if (isAbsent(value[key])) place.key(key).problem(reason);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Sorted by code unit, without keys whose value is undefined: so is an entry left out in TypeScript, and Pulumi drops it too. */
export function keysOf(record: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(record)
    .filter((key) => record[key] !== undefined)
    .sort();
}

/** Without keys that are undefined: specs are compared and stored as JSON. */
export function compact<T extends object>(record: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

function unknown(place: Place): string | undefined {
  return place.allowUnknown ? UNKNOWN : place.problem("is not known yet; nothing can run with it");
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

function present<T>(value: T | undefined): value is T {
  return value !== undefined;
}

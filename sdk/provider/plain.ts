/**
 * Values as handlers see them: JSON, where the string UNKNOWN stands for what a preview cannot know yet. Secrets are unwrapped;
 * where they were is told beside the value by a list of paths.
 */
import { UNKNOWN } from "../spec/unknown";

export type Plain = null | boolean | number | string | readonly Plain[] | PlainRecord;
export interface PlainRecord {
  readonly [key: string]: Plain | undefined;
}

export const isRecord = (value: unknown): value is PlainRecord =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether the value or anything inside it is unknown. */
export function hasUnknown(value: Plain | undefined): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isRecord(value) && Object.values(value).some(hasUnknown);
}

/** Deep equality; an unknown equals nothing, not even itself, since it may turn out to be anything. */
export function samePlain(a: Plain | undefined, b: Plain | undefined): boolean {
  if (a === UNKNOWN || b === UNKNOWN) return false;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => samePlain(item, b[i]));
  if (!isRecord(a) || !isRecord(b)) return a === b;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => samePlain(a[key], b[key]));
}

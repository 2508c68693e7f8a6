/** Two JSON values compared field by field. */
import { isUnknown } from "../../spec/unknown";
import { canonicalJson } from "./canonical-json";

export interface FieldChange {
  /** `environment.SPRING_PROFILES_ACTIVE`, in the words of the spec. */
  readonly path: string;
  readonly was: unknown;
  readonly is: unknown;
}

/**
 * Records are walked, lists are compared whole. An absent field equals an empty one: a newer drayage that knows more
 * fields must not recreate what an older one made. A value that is not known yet differs from everything.
 */
export function diffFields(was: unknown, is: unknown, path = ""): FieldChange[] {
  if (isRecord(was) || isRecord(is)) {
    if ((isRecord(was) || isEmpty(was)) && (isRecord(is) || isEmpty(is))) return diffRecords(asRecord(was), asRecord(is), path);
  }
  if (isEmpty(was) && isEmpty(is)) return [];
  return !holdsUnknown(is) && canonicalJson(was) === canonicalJson(is) ? [] : [{ path, was, is }];
}

function diffRecords(was: Record<string, unknown>, is: Record<string, unknown>, path: string): FieldChange[] {
  const keys = [...new Set([...Object.keys(was), ...Object.keys(is)])].sort();
  return keys.flatMap((key) => diffFields(was[key], is[key], path === "" ? key : `${path}.${key}`));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function asRecord(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === undefined || value === null || value === false || (isRecord(value) && Object.keys(value).length === 0);
}

function holdsUnknown(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsUnknown);
  return isRecord(value) ? Object.values(value).some(holdsUnknown) : isUnknown(value);
}

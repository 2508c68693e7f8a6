/** Reading inputs: what has another type than the schema gives it is a mistake of the stand-in or of Pulumi, and is told by name. */
import { isRecord, type Plain, type PlainRecord } from "../../../../sdk/provider/plain";
import { parsePath, valueAt } from "../../../../sdk/provider/property-path";

export const text = (from: PlainRecord, path: string): string | undefined => optional(from, path, "string");
export const number = (from: PlainRecord, path: string): number | undefined => optional(from, path, "number");
export const flag = (from: PlainRecord, path: string): boolean | undefined => optional(from, path, "boolean");

export function requiredText(from: PlainRecord, path: string): string {
  const value = text(from, path);
  if (value === undefined) throw new Error(`${path} is required`);
  return value;
}

export function texts(from: PlainRecord, path: string): string[] | undefined {
  const value = valueAt(from, parsePath(path));
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || !value.every((item) => typeof item === "string")) throw new Error(`${path} is no list of strings`);
  return value as string[];
}

export function records(from: PlainRecord, path: string): PlainRecord[] {
  const value = valueAt(from, parsePath(path));
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

export function record(from: PlainRecord, path: string): PlainRecord | undefined {
  const value = valueAt(from, parsePath(path));
  return isRecord(value) ? value : undefined;
}

type Named = { string: string; number: number; boolean: boolean };

function optional<T extends keyof Named>(from: PlainRecord, path: string, type: T): Named[T] | undefined {
  const value: Plain | undefined = valueAt(from, parsePath(path));
  if (value === undefined || value === null) return undefined;
  if (typeof value !== type) throw new Error(`${path} is no ${type}`);
  return value as Named[T];
}

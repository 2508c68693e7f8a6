/**
 * Which declared difference explains that a field has two values: the values are those that the two stacks give to one name, alone
 * or inside a text. Pure.
 */
import { parseByteSize } from "../../spec/byte-size";
import type { DeclaredPair } from "./declared";

/** `replicas.api`; undefined: none explains it. */
export type Explanation = string | undefined;

export function explain(path: string, a: unknown, b: unknown, pairs: readonly DeclaredPair[]): Explanation {
  const field = fieldName(path);
  const here = pairs.filter(({ kind }) => mayStand(kind, field));
  const names = explained(a, b, here, field);
  return names === undefined || names.size === 0 ? undefined : [...names].sort().join(", ");
}

/** Kinds whose values appear inside texts; the others are fields of their own. */
const inText: readonly DeclaredPair["kind"][] = ["domains", "ports", "sizes"];
const limitFields: Readonly<Record<string, string>> = {
  memory: "memory",
  memoryBytes: "memory",
  memorySwapBytes: "memory",
  cpus: "cpus",
  pids: "pids",
  shmSize: "shmSize",
  shmSizeBytes: "shmSize",
};

function mayStand(kind: DeclaredPair["kind"], field: string): boolean {
  if (kind === "replicas") return field === "replicas";
  if (kind === "resources") return limitFields[field] !== undefined;
  return kind !== "hosts";
}

/** Equal leaves need no explanation; each pair of different ones needs one. */
function explained(a: unknown, b: unknown, pairs: readonly DeclaredPair[], field: string): Set<string> | undefined {
  if (JSON.stringify(a) === JSON.stringify(b)) return new Set();
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length ? all(a.map((it, i) => explained(it, b[i], pairs, field))) : undefined;
  if (isRecord(a) && isRecord(b)) {
    const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
    return all(keys.map((key) => explained(a[key], b[key], pairs, key)));
  }
  const whole = pairs.find((pair) => sameWhole(pair, a, b, field));
  if (whole !== undefined) return new Set([nameOf(whole)]);
  return typeof a === "string" && typeof b === "string" ? explainedText(a, b, pairs) : undefined;
}

function sameWhole({ kind, a, b }: DeclaredPair, one: unknown, other: unknown, field: string): boolean {
  if (kind !== "resources") return sameScalar(a, one) && sameScalar(b, other);
  const limit = limitFields[field] ?? "";
  return sameLimit(isRecord(a) ? a[limit] : undefined, one) && sameLimit(isRecord(b) ? b[limit] : undefined, other);
}

/** Word by word: a value counts only as a whole word, or a domain behind other labels. */
function explainedText(a: string, b: string, pairs: readonly DeclaredPair[]): Set<string> | undefined {
  const [one, other] = [a.split(tokens), b.split(tokens)];
  if (one.length !== other.length) return undefined;
  return all(
    one.map((word, i) => {
      const twin = other[i] ?? "";
      if (word === twin) return new Set<string>();
      const pair = pairs.find(
        (it) => inText.includes(it.kind) && endsWith(word, it.a) !== undefined && endsWith(word, it.a) === endsWith(twin, it.b),
      );
      return pair === undefined ? undefined : new Set([nameOf(pair)]);
    }),
  );
}

const tokens = /([A-Za-z0-9._-]+)/;

/** What stands before the value in the word: nothing, or labels of a domain name. */
function endsWith(word: string, value: unknown): string | undefined {
  const text = String(value ?? "");
  if (text === "") return undefined;
  if (word === text) return "";
  return word.endsWith(`.${text}`) ? word.slice(0, -text.length) : undefined;
}

function all(parts: readonly (Set<string> | undefined)[]): Set<string> | undefined {
  return parts.includes(undefined) ? undefined : new Set(parts.flatMap((it) => [...(it ?? [])]));
}

function sameScalar(declared: unknown, found: unknown): boolean {
  return found !== undefined && found !== null && typeof found !== "object" && String(declared) === String(found);
}

/** `1g` and 1073741824 are one limit; none given is none found. */
function sameLimit(declared: unknown, found: unknown): boolean {
  return limitValue(declared) === limitValue(found);
}

function limitValue(value: unknown): unknown {
  return typeof value === "string" ? (parseByteSize(value) ?? value) : (value ?? undefined);
}

function fieldName(path: string): string {
  return /([A-Za-z]+)(?:\[\d+\])?$/.exec(path)?.[1] ?? "";
}

const nameOf = ({ kind, name }: DeclaredPair): string => `${kind}.${name}`;

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

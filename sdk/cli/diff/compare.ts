/** Two stacks field by field, each difference with what in the program allows it. Pure. */
import { sameIdentityKey } from "../../engine/image/image-identity";
import { formatPath, type PropertyPath } from "../../provider/property-path";
import { UNKNOWN } from "../../spec/unknown";
import { type DeclaredPair, declaredPairs } from "./declared";
import { type Described, type Fields, hidden } from "./described";
import { explain } from "./explain";
import { type Found, renamed } from "./renamed";

export interface Difference {
  /** `workload shop` */
  readonly resource: string;
  /** `services.api.replicas`; "" for the resource itself. */
  readonly path: string;
  /** JSON; undefined: it is not there. */
  readonly a: unknown;
  readonly b: unknown;
  /** The declared name that explains it, `replicas.api`; undefined: it lies outside of what the program declares. */
  readonly within: string | undefined;
}

export interface StackDifferences {
  readonly differences: readonly Difference[];
  /** Secrets that both have: each stack encrypts with its own key, so they cannot be compared here. */
  readonly notCompared: readonly string[];
}

export function compareStacks(a: Described, b: Described): StackDifferences {
  const pairs = declaredPairs(a.declared, b.declared);
  const names = [...new Set([...Object.keys(a.resources), ...Object.keys(b.resources)])];
  const found = names.flatMap((resource): Found[] => {
    const [one, other] = [a.resources[resource], b.resources[resource]];
    if (one === undefined || other === undefined) return [{ resource, path: [], a: one && "declared", b: other && "declared" }];
    return fieldDifferences(one, other, []).map((it) => ({ resource, ...it }));
  });
  return {
    differences: found.filter(counts).map((it) => ({ ...it, path: formatPath(it.path), within: withinOf(it, found, pairs) })),
    notCompared: names.flatMap((resource) =>
      secretsIn(a.resources[resource], b.resources[resource], []).map((path) => `${resource} ${path}`),
    ),
  };
}

type FieldDifference = Omit<Found, "resource">;

/** Lists of one length are walked, others are compared whole. An absent field equals an empty one. */
function fieldDifferences(a: unknown, b: unknown, path: PropertyPath): FieldDifference[] {
  if (isEmpty(a) && isEmpty(b)) return [];
  if ((isRecord(a) || isEmpty(a)) && (isRecord(b) || isEmpty(b))) {
    const [one, other] = [isRecord(a) ? a : {}, isRecord(b) ? b : {}];
    const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])].sort();
    return keys.flatMap((key) => fieldDifferences(one[key], other[key], [...path, key]));
  }
  if (Array.isArray(a) && Array.isArray(b) && a.length === b.length)
    return a.flatMap((it, i) => fieldDifferences(it, b[i], [...path, i]));
  return JSON.stringify(a) === JSON.stringify(b) && a !== UNKNOWN ? [] : [{ path, a, b }];
}

/** What one side cannot know of what runs is no difference, and stores of two kinds tell one identity in two ways. */
function counts({ path, a, b }: Found): boolean {
  const field = path.at(-1);
  if ((field === "runs" || field === "identity") && (a === undefined || b === undefined)) return false;
  const identities = (field === "runs" || field === "identity") && typeof a === "string" && typeof b === "string";
  return !(identities && a !== UNKNOWN && b !== UNKNOWN && sameIdentityKey(a, b));
}

function withinOf(it: Found, all: readonly Found[], pairs: readonly DeclaredPair[]): string | undefined {
  const [kind, name = ""] = it.resource.split(" ");
  if (kind === "host" && it.path.length > 0 && pairs.some((pair) => pair.kind === "hosts" && pair.name === name))
    return `hosts.${name}`;
  return explain(formatPath(it.path), it.a, it.b, pairs) ?? renamed(it, all, pairs);
}

function secretsIn(a: unknown, b: unknown, path: PropertyPath): string[] {
  if (a === hidden && b === hidden) return [formatPath(path)];
  if (Array.isArray(a) && Array.isArray(b)) return a.flatMap((it, i) => secretsIn(it, b[i], [...path, i]));
  if (!isRecord(a) || !isRecord(b)) return [];
  return Object.keys(a).flatMap((key) => secretsIn(a[key], b[key], [...path, key]));
}

function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === undefined || value === null || (isRecord(value) && Object.keys(value).length === 0);
}

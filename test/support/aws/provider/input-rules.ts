/**
 * Which input properties a mapping knows, and what a change of one does: as the resource's schema has it in the real package. What is
 * not listed is refused, so that no property is believed to be tested that reaches no API call.
 */
import { isRecord, type Plain, type PlainRecord, samePlain } from "../../../../sdk/provider/plain";
import { formatPath, type PropertyPath } from "../../../../sdk/provider/property-path";
import type { ChangeKind } from "../../../../sdk/provider/resource-handler";
import type { Problem } from "../../../../sdk/spec/drayage-error";
import { UNKNOWN } from "../../../../sdk/spec/unknown";

export interface Leaf {
  readonly change: "update" | "replace";
  /** `set`: order means nothing. `json`: text that means a document. `setting`: no API shows it, it says how to act. */
  readonly as?: "set" | "json" | "setting";
  /** Left out of the program after it was there: what is there stays (Terraform's "optional and computed"). */
  readonly keeps?: true;
}
export interface Fields {
  readonly fields: InputRules;
}
export type InputRule = Leaf | Fields;
export type InputRules = Readonly<Record<string, InputRule>>;

export const update: Leaf = { change: "update" };
export const replace: Leaf = { change: "replace" };
export const setting: Leaf = { change: "update", as: "setting" };
export const object = (fields: InputRules): Fields => ({ fields });

/** Paths of properties that are given and not known here. */
export function unmapped(inputs: PlainRecord, rules: InputRules, at: PropertyPath = []): Problem[] {
  return Object.entries(inputs).flatMap(([key, value]) => {
    const rule = rules[key];
    const path = [...at, key];
    if (value === undefined || value === null || key.startsWith("__")) return [];
    if (rule === undefined) return [{ path: formatPath(path), reason: "the stand-in for aws maps no such property" }];
    return "fields" in rule && isRecord(value) ? unmapped(value, rule.fields, path) : [];
  });
}

/** What differs between what is there (`seen`, from Describe calls), what was asked for last time, and what is wanted. */
export function changes(
  wanted: PlainRecord,
  seen: PlainRecord,
  before: PlainRecord,
  rules: InputRules,
): Record<string, ChangeKind> {
  return Object.assign(
    {},
    ...Object.entries(rules).map(([key, rule]) => changeOf(key, rule, wanted[key], seen[key], before[key])),
  );
}

function changeOf(
  path: string,
  rule: InputRule,
  wanted: Plain | undefined,
  seen: Plain | undefined,
  before: Plain | undefined,
): Record<string, ChangeKind> {
  if ("fields" in rule) {
    if (wanted === UNKNOWN) return { [path]: "update" };
    const [w, s, b] = [wanted, seen, before].map((value) => (isRecord(value) ? value : {})) as [
      PlainRecord,
      PlainRecord,
      PlainRecord,
    ];
    const inner = Object.entries(rule.fields).map(([key, field]) => changeOf(`${path}.${key}`, field, w[key], s[key], b[key]));
    return Object.assign({}, ...inner);
  }
  const there = rule.as === "setting" ? before : seen;
  const suffix = rule.change === "replace" ? "-replace" : "";
  if (absent(wanted)) return absent(before) || rule.keeps ? {} : { [path]: `delete${suffix}` };
  if (sameAs(rule, wanted, there)) return {};
  return { [path]: absent(there) ? `add${suffix}` : `update${suffix}` };
}

export function sameAs(rule: Leaf, wanted: Plain | undefined, there: Plain | undefined): boolean {
  if (rule.as === "json") return samePlain(parsed(wanted), parsed(there));
  if (rule.as === "set" && Array.isArray(wanted) && Array.isArray(there)) return samePlain([...wanted].sort(), [...there].sort());
  return samePlain(wanted, there);
}

const parsed = (text: Plain | undefined): Plain | undefined => {
  if (typeof text !== "string" || text === UNKNOWN) return text;
  try {
    return JSON.parse(text) as Plain;
  } catch {
    return text;
  }
};

const absent = (value: Plain | undefined): boolean => value === undefined || value === null;

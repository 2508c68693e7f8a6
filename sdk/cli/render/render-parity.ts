import type { Comparison, Finding } from "../../engine/receipt/comparison";
import { counted, humanSeconds } from "./human";
import type { Paint } from "./paint";
import { clip } from "./table";

export interface ToldSide {
  readonly name: string;
  readonly kind: "file" | "host" | "stack";
  readonly project: string;
  readonly stack: string;
  readonly takenAt: string;
  /** `shop on rack`. */
  readonly workloads: readonly string[];
}

export interface ToldParity {
  readonly comparison: Comparison;
  readonly a: ToldSide;
  readonly b: ToldSide;
  readonly seconds: number;
  /** What may differ as well. */
  readonly all: boolean;
}

const marks: Readonly<Record<Finding["kind"], string>> = {
  difference: "≠",
  unknown: "?",
  environment: "~",
  skipped: "-",
  allowed: "·",
};
const order: readonly Finding["kind"][] = ["difference", "unknown", "environment", "skipped", "allowed"];

export function renderParity({ comparison, a, b, seconds, all }: ToldParity, paint: Paint): string {
  const shown = order.flatMap((kind) => comparison.findings.filter((it) => it.kind === kind && (all || kind !== "allowed")));
  const several = comparison.pairs.length > 1;
  const lines = shown.flatMap((finding) => findingLines(finding, several, paint));
  const may = all ? 0 : comparison.findings.filter(({ kind }) => kind === "allowed").length;
  return [
    `${paint.bold("A")}  ${sideText(a)}`,
    `${paint.bold("B")}  ${sideText(b)}`,
    "",
    ...(lines.length === 0 ? [] : [...lines, ""]),
    `${verdict(comparison, paint)}${paint.dim(`  ${humanSeconds(seconds)}${may === 0 ? "" : ` · ${may} may differ (--all)`}`)}`,
  ].join("\n");
}

function sideText({ name, kind, stack, takenAt, workloads }: ToldSide): string {
  const where = kind === "file" ? `file ${name} of ${takenAt}` : `stack ${stack}`;
  return `${workloads.join(", ")} (${where})`;
}

function verdict({ equal, findings }: Comparison, paint: Paint): string {
  const count = (kind: Finding["kind"]) => findings.filter((it) => it.kind === kind).length;
  if (equal) return `${paint.green("equal")}${count("skipped") === 0 ? "" : ", as far as it was compared"}`;
  const parts = [
    ...(count("difference") === 0 ? [] : [counted(count("difference"), "difference")]),
    ...(count("unknown") === 0 ? [] : [`${count("unknown")} not to be told`]),
  ];
  return `${paint.red("not equal")}: ${parts.join(", ") || "the machines differ (--strict)"}`;
}

const widest = 44;
const longHash = /([0-9a-f]{8})[0-9a-f]{12,}/g;

function findingLines({ kind, workload, path, a, b, note, files }: Finding, several: boolean, paint: Paint): string[] {
  const colour = kind === "difference" ? paint.red : kind === "unknown" || kind === "environment" ? paint.yellow : paint.dim;
  const name = several && workload !== undefined ? `${workload} ${path}` : path;
  const values = a === undefined && b === undefined ? "" : `  ${valueText(a)} → ${valueText(b)}`;
  const head = `  ${colour(marks[kind])} ${name}${values}`;
  return [
    `${head}${note === undefined ? "" : paint.dim(`  ${note}`)}`,
    ...(files ?? []).map((file) => paint.dim(`      ${file}`)),
  ];
}

function valueText(value: unknown): string {
  if (value === undefined || value === null) return "(none)";
  const text = typeof value === "string" ? value || '""' : JSON.stringify(value);
  return clip(text.replace(longHash, "$1…"), widest);
}

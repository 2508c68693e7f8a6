import { UNKNOWN } from "../../spec/unknown";
import type { Difference, StackDifferences } from "../diff/compare";
import { counted, shortHash } from "./human";
import type { Paint } from "./paint";
import { clip, renderTable } from "./table";

export interface ToldDiff extends StackDifferences {
  readonly a: ToldDiffSide;
  readonly b: ToldDiffSide;
  readonly outside: number;
}

export interface ToldDiffSide {
  readonly name: string;
  readonly kind: "stack" | "plan" | "receipt";
  readonly stack: string;
  /** Does its program declare what may differ? */
  readonly declares: boolean;
}

export function renderDiff({ a, b, differences, notCompared, outside }: ToldDiff, paint: Paint): string {
  const inOrder = [...differences].sort((one, other) => Number(one.within !== undefined) - Number(other.within !== undefined));
  const table = renderTable<Difference>(
    [
      { title: "", text: (it) => (it.within === undefined ? "≠" : " "), paint: (_, padded) => paint.red(padded) },
      { title: "RESOURCE", text: (it) => it.resource },
      { title: "FIELD", text: (it) => it.path || "(all of it)" },
      { title: a.name, text: (it) => valueText(it.a) },
      { title: b.name, text: (it) => valueText(it.b) },
      { title: "DECLARED AS", text: (it) => it.within ?? "-" },
    ],
    inOrder,
    paint,
  );
  const silent = [a, b].filter((it) => !it.declares).map((it) => it.name);
  return [
    ...(table === "" ? [] : [table, ""]),
    verdict(differences.length, outside, paint),
    ...(outside > 0 && silent.length > 0
      ? [paint.dim(`${silent.join(" and ")} tells nothing that may differ (environment(), docs/environments.md)`)]
      : []),
    ...(imagesDiffer(differences) && a.kind === "stack" && b.kind === "stack"
      ? [paint.dim(`other images: dray promote ${a.stack} ${b.stack}`)]
      : []),
    ...(notCompared.length === 0
      ? []
      : [paint.dim(`not compared: ${counted(notCompared.length, "secret")} (dray parity ${a.stack} ${b.stack})`)]),
  ].join("\n");
}

function verdict(all: number, outside: number, paint: Paint): string {
  if (all === 0) return paint.green("No difference.");
  if (outside === 0) return paint.green(`${counted(all, "difference")}, all of them declared.`);
  return paint.red(`${counted(all, "difference")}, ${outside} of them not declared.`);
}

function imagesDiffer(differences: readonly Difference[]): boolean {
  return differences.some(
    ({ resource, path, within }) => within === undefined && resource.startsWith("image ") && path === "contentHash",
  );
}

const widest = 36;

function valueText(value: unknown): string {
  if (value === undefined || value === null) return "(none)";
  if (value === UNKNOWN) return "(known after up)";
  const text = typeof value === "string" ? value || '""' : JSON.stringify(value);
  return /^[0-9a-f.]{40,}$/.test(text) ? shortHash(text) : clip(text, widest);
}

import { counted, humanBytes, humanSeconds } from "./human";
import type { Paint } from "./paint";
import type { Compared, RunSummary, SubjectSummary } from "./summarise-run";

export function renderSummary(summary: RunSummary, paint: Paint): string {
  const outputs = Object.entries(summary.outputs).filter(([, value]) => !isResource(value));
  const blocks = [
    ...summary.subjects.map((it) => renderSubject(it, paint)),
    ...(outputs.length === 0 ? [] : [outputs.map(([name, value]) => `${paint.cyan(name)}  ${outputText(value)}`).join("\n")]),
    footer(summary, paint),
  ];
  return blocks.join("\n\n");
}

function renderSubject(it: SubjectSummary, paint: Paint): string {
  const mark = it.failed > 0 ? paint.red("✗") : paint.green("✓");
  const place = it.hosts.length === 0 || it.hosts.join() === it.subject ? "" : ` on ${it.hosts.join(" and ")}`;
  const failed = it.failed > 0 ? `, ${it.failed} failed` : "";
  return [
    `${mark} ${paint.bold(it.subject)}${place}  ${counted(it.finished, "operation")}${failed} in ${humanSeconds(it.seconds)}`,
    ...it.outages.flatMap((outage) => comparedLine(`outage of ${outage.subject}`, outage, humanSeconds)),
    ...comparedLine("bytes carried", it.bytes, humanBytes),
  ].join("\n");
}

function comparedLine(name: string, { forecast, measured }: Compared, human: (value: number) => string): string[] {
  if (forecast === undefined && measured === undefined) return [];
  const parts = [
    ...(measured === undefined ? ["not measured"] : [`${human(measured)} measured`]),
    ...(forecast === undefined ? [] : [`${human(forecast)} forecast`]),
  ];
  return [`    ${name}  ${parts.join(", ")}`];
}

function footer(summary: RunSummary, paint: Paint): string {
  const nothing = summary.changed + summary.failed === 0 && summary.subjects.length === 0;
  const what = nothing
    ? `${paint.green("No change.")} ${counted(summary.unchanged, "resource")} as the program says`
    : `${counted(summary.changed, "resource")} changed${summary.failed > 0 ? `, ${summary.failed} failed` : ""}, ${summary.unchanged} unchanged`;
  return `${what}  ${paint.dim(`${summary.action} took ${humanSeconds(summary.seconds)}`)}`;
}

/** A program may export a whole resource for others to import: nothing to read for a person. */
function isResource(value: unknown): boolean {
  return typeof value === "object" && value !== null && "urn" in value;
}

function outputText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

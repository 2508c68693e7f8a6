import { counted, humanBytes, humanSeconds } from "./human";
import type { Paint } from "./paint";
import { hasChanges, isChange, type Note, type Preview, type ResourceChange, type ResourceOperation } from "./preview";
import { renderPlan } from "./render-plan";

const symbols: Readonly<Record<ResourceOperation, string>> = {
  create: "+",
  update: "~",
  replace: "±",
  delete: "-",
  import: "=",
  same: " ",
  read: " ",
  refresh: " ",
};

/** The whole preview: plans of workloads and images, other resources that change, warnings, and one line that sums it up. */
export function renderPreview(preview: Preview, paint: Paint): string {
  const planned = new Set(preview.plans.map((plan) => plan.subject));
  const others = preview.resources.filter((it) => isChange(it.operation) && !planned.has(it.name));
  const blocks = [
    `${paint.bold(preview.project)} ${paint.dim("stack")} ${paint.bold(preview.stack)}`,
    ...preview.plans.filter((plan) => plan.operations.length + plan.notes.length > 0).map((plan) => renderPlan(plan, paint)),
    ...(others.length === 0 ? [] : [others.map((it) => resourceLine(it, paint)).join("\n")]),
    ...(preview.notes.length === 0 ? [] : [preview.notes.map((it) => renderNote(it, paint)).join("\n")]),
    footer(preview, paint),
  ];
  return blocks.join("\n\n");
}

export function renderNote(note: Note, paint: Paint): string {
  const subject = note.subject === undefined ? "" : `${note.subject}: `;
  return note.severity === "warning"
    ? `${paint.yellow("warning")}  ${subject}${note.text}`
    : `${paint.dim("note")}  ${subject}${note.text}`;
}

function resourceLine(change: ResourceChange, paint: Paint): string {
  const symbol = symbols[change.operation];
  const painted =
    change.operation === "delete"
      ? paint.red(symbol)
      : change.operation === "create"
        ? paint.green(symbol)
        : paint.yellow(symbol);
  const changed = change.changed.length === 0 ? "" : `  ${change.changed.join(", ")}`;
  return `  ${painted} ${shortType(change.type)} ${change.name}${paint.dim(changed)}`;
}

/** `drayage:index:Host` → `host`; `aws:ec2/instance:Instance` → `aws Instance`. */
export function shortType(type: string): string {
  const parts = type.split(":");
  const last = parts[parts.length - 1] ?? type;
  return parts[0] === "drayage" ? last.toLowerCase() : `${parts[0]} ${last}`;
}

function footer(preview: Preview, paint: Paint): string {
  const time = paint.dim(`looked in ${humanSeconds(preview.seconds)}`);
  if (!hasChanges(preview))
    return `${paint.green("No changes.")} ${counted(unchanged(preview), "resource")} as the program says.  ${time}`;
  return `${summaryParts(preview).join(" · ")}  ${time}`;
}

function summaryParts(preview: Preview): string[] {
  const operations = preview.plans.flatMap((plan) => plan.operations);
  const destructive = operations.filter((it) => it.destructive).length;
  const bytes = operations.reduce((sum, it) => sum + (it.forecast?.bytes ?? 0), 0);
  const outages = preview.plans.flatMap((plan) => plan.outages);
  const longest = outages.reduce((max, it) => Math.max(max, it.seconds), 0);
  return [
    ...(operations.length === 0 ? [] : [counted(operations.length, "operation")]),
    ...changeCounts(preview.resources),
    ...(destructive === 0 ? [] : [`${destructive} stop or remove something`]),
    ...(bytes === 0 ? [] : [`${humanBytes(bytes)} to carry`]),
    outages.length === 0
      ? "no outage expected"
      : `expected outage ${humanSeconds(longest)} (${outages.map((it) => it.subject).join(", ")})`,
  ];
}

function changeCounts(resources: readonly ResourceChange[]): string[] {
  return (["create", "update", "replace", "delete"] as const).flatMap((operation) => {
    const count = resources.filter((it) => it.operation === operation).length;
    return count === 0 ? [] : [`${counted(count, "resource")} to ${operation}`];
  });
}

function unchanged(preview: Preview): number {
  return preview.resources.filter((it) => !isChange(it.operation)).length;
}

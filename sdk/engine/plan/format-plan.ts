/** A plan as text: one line per operation. What tests compare, and what a preview without colours prints. */
import type { Forecast, Operation, Outage, Plan } from "./plan";

export interface FormatOptions {
  /** Adds what each operation waits for. Default false. */
  readonly dependencies?: boolean;
}

export function formatPlan(plan: Plan, options: FormatOptions = {}): string {
  const lines = [
    ...plan.operations.map((operation) => formatOperation(operation, options)),
    ...plan.outages.map(formatOutage),
    ...plan.notes.map((note) => `  note: ${note}`),
  ];
  return lines.length === 0 ? "no changes" : lines.join("\n");
}

/** `+` makes something, `-` stops or removes something, `~` changes something in place, `?` decides by evidence. */
export function operationSymbol(operation: Operation): "+" | "-" | "~" | "?" {
  const verb = operation.kind.split(" ")[0] ?? "";
  if (["gate", "verify", "prove", "await"].includes(verb)) return "?";
  if (["stop", "remove", "fence", "drain"].includes(verb)) return "-";
  if (["create", "start", "pull", "ship", "write", "copy", "run", "build", "push", "install", "format"].includes(verb))
    return "+";
  return "~";
}

export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${Number((bytes / 1000 ** power).toPrecision(3))} ${units[power]}`;
}

export function formatSeconds(seconds: number): string {
  return `${Number(seconds.toPrecision(2))} s`;
}

function formatOperation(operation: Operation, options: FormatOptions): string {
  const marks = [operation.destructive ? " !" : "", operation.touchesData ? " [data]" : ""].join("");
  const after = options.dependencies && operation.dependsOn.length > 0 ? ` <- ${operation.dependsOn.join(", ")}` : "";
  return `${operationSymbol(operation)} ${operation.id}: ${operation.cause}${formatForecast(operation.forecast)}${marks}${after}`;
}

function formatForecast(forecast: Forecast | undefined): string {
  const parts = [
    ...(forecast?.bytes === undefined ? [] : [formatBytes(forecast.bytes)]),
    ...(forecast?.seconds === undefined ? [] : [formatSeconds(forecast.seconds)]),
  ];
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
}

function formatOutage(outage: Outage): string {
  const parts = outage.parts.map((part) => `${part.name} ${formatSeconds(part.seconds)}`).join(" + ");
  return `  outage of ${outage.subject}: about ${formatSeconds(outage.seconds)}${parts ? ` = ${parts}` : ""}`;
}

/** One plan as text: its operations with symbol and cause, what stops answering and for how long, which data is touched. */
import type { Operation, Outage, Plan } from "../../engine/plan/plan";
import { humanBytes, humanSeconds } from "./human";
import { paintedSymbol } from "./operation-symbol";
import type { Paint } from "./paint";
import { pad } from "./table";

const kindWords: Readonly<Record<Plan["kind"], string>> = {
  create: "new",
  update: "change",
  move: "move",
  delete: "delete",
  none: "no change",
};

export function renderPlan(plan: Plan, paint: Paint): string {
  const hosts = hostsOf(plan);
  const place = hosts.length === 0 || hosts.join() === plan.subject ? "" : ` on ${hosts.join(" and ")}`;
  const head = `${paint.bold(plan.subject)}${place}  ${paint.dim(kindWords[plan.kind])}`;
  return [head, ...operationLines(plan, hosts.length > 1, paint), ...factLines(plan, paint)].join("\n");
}

/** By service: whether the old version serves until the new one has passed its gate, or has to stop before. */
export function orders(plan: Plan): ReadonlyMap<string, "start-first" | "stop-first"> {
  const stops = plan.operations.filter((it) => it.kind === "stop container");
  return new Map(stops.map((stop) => [serviceOf(stop), startsBefore(plan, stop) ? "start-first" : "stop-first"]));
}

function startsBefore(plan: Plan, stop: Operation): boolean {
  const byId = new Map(plan.operations.map((it) => [it.id, it]));
  const seen = new Set<string>();
  const reaches = (id: string): boolean => {
    const operation = byId.get(id);
    if (operation === undefined || seen.has(id)) return false;
    seen.add(id);
    if (operation.kind === "start container" && operation.subject === stop.subject) return true;
    return operation.dependsOn.some(reaches);
  };
  return stop.dependsOn.some(reaches);
}

export function outageText(outage: Outage): string {
  const parts = outage.parts.map((part) => `${part.name} ${humanSeconds(part.seconds)}`).join(" + ");
  return `${outage.subject} ${humanSeconds(outage.seconds)}${parts === "" ? "" : ` = ${parts}`}`;
}

function hostsOf(plan: Plan): string[] {
  return [...new Set(plan.operations.map((it) => it.host).filter((host) => host !== ""))];
}

function operationLines(plan: Plan, showHost: boolean, paint: Paint): string[] {
  const shown = plan.operations.map((it) => ({ it, what: showHost ? `${it.id} on ${it.host}` : it.id }));
  const whatWidth = widest(shown.map(({ what }) => what));
  const causes = plan.operations.map((it, i) => (repeats(it, plan.operations[i - 1]) ? "" : shortCause(it.cause)));
  const causeWidth = widest(causes);
  return shown.map(({ it, what }, i) => {
    const symbol = paintedSymbol(it, paint);
    const cost = forecastText(it);
    const said = causes[i] ?? "";
    const cause = paint.dim(cost === "" ? said : pad(said, causeWidth));
    return `  ${symbol} ${pad(what, whatWidth)}  ${cause}${cost === "" ? "" : `  ${cost}`}`.trimEnd();
  });
}

/** What is done about one thing for one reason says the reason once. */
function repeats(it: Operation, before: Operation | undefined): boolean {
  return before !== undefined && before.subject === it.subject && before.cause === it.cause;
}

/** `healthcheck.retries, healthcheck.interval changed` → `healthcheck changed`. */
export function shortCause(cause: string): string {
  const [, fields] = /^(\S.*) changed$/.exec(cause) ?? [];
  if (fields === undefined) return cause;
  const heads = fields.split(", ").map((field) => field.split(/[.[]/)[0] ?? field);
  return `${[...new Set(heads)].join(", ")} changed`;
}

function forecastText({ forecast }: Operation): string {
  const parts: string[] = [];
  if (forecast?.bytes !== undefined) parts.push(humanBytes(forecast.bytes));
  if (forecast?.seconds !== undefined) parts.push(`≈ ${humanSeconds(forecast.seconds)}`);
  return parts.join(", ");
}

function factLines(plan: Plan, paint: Paint): string[] {
  const data = plan.operations.filter((it) => it.touchesData).map((it) => it.id);
  return [
    ...[...orders(plan)].map(([service, order]) => fact("order", `${service} ${order}`, paint)),
    ...plan.outages.map((outage) => fact("outage", paint.yellow(outageText(outage)), paint)),
    ...(data.length === 0 ? [] : [fact("data", [...new Set(data)].join(", "), paint)]),
    ...plan.notes.map((note) => fact("note", note, paint)),
  ];
}

function fact(name: string, text: string, paint: Paint): string {
  return `    ${paint.cyan(pad(name, 6))} ${text}`;
}

function serviceOf(operation: Operation): string {
  const service = operation.detail.service;
  return typeof service === "string" ? service : operation.subject;
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => [...text].length));
}

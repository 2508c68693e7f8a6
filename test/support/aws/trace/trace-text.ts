/** A trace as text that is the same in every run: calls of each resource together, ids by the names of what they are. Pure. */
import type { Phase, TracedCall, Tracer } from "./tracer";

/**
 * One line a call: `machine create  ec2 RunInstances {…}`. Calls that repeat the one before (a waiter's) are one; of resources that are
 * made side by side each has its place by name.
 */
export function traceText({ calls, names }: Pick<Tracer, "calls" | "names">): string {
  const groups = new Map<string, string[]>();
  for (const call of calls) {
    const key = `${call.name} ${order.indexOf(call.phase)}`;
    const lines = groups.get(key) ?? [];
    groups.set(key, lines);
    const line = `${call.name} ${call.phase}  ${call.service} ${call.operation} ${inputText(call, names)}`;
    // How often one looks depends on how often the engine asks, and on waiters.
    const seen = looks.has(call.phase) ? lines.includes(line) : lines.at(-1) === line;
    if (!seen) lines.push(line);
  }
  const sorted = [...groups.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
  return `${sorted.flatMap(([, lines]) => lines).join("\n")}\n`;
}

const looks: ReadonlySet<Phase> = new Set(["function", "read", "diff"]);
const order: readonly Phase[] = ["function", "create", "read", "diff", "update", "delete"];

function inputText({ input }: TracedCall, names: ReadonlyMap<string, string>): string {
  return JSON.stringify(input, (key, value: unknown) => {
    if (key === "ClientToken") return "<token>";
    if (key === "HostedZoneId") return "<zone>";
    // It holds keys that are made anew each time.
    if (key === "UserData") return "<user data>";
    return typeof value === "string" ? named(value, names) : value;
  });
}

function named(text: string, names: ReadonlyMap<string, string>): string {
  const known = names.get(text);
  if (known !== undefined) return `<${known}>`;
  return text.replace(/^(snap|vol|i)-[0-9a-f]{17}$/, "<$1>");
}

/** What the arguments of the benchmark mean: pure. */
import type { Bench } from "./bench";

export type Choice =
  | { readonly benches: readonly Bench[]; readonly json: boolean }
  | { readonly list: true; readonly json: boolean }
  | { readonly usage: string };

export function chooseBenches(args: readonly string[], known: readonly Bench[]): Choice {
  const names = args.filter((word) => word !== "--json");
  const json = names.length < args.length;
  const usage = `usage: npm run bench -- list | NAME… [--json]\nnames: ${known.map(({ name }) => name).join(" ")}`;
  if (names.length === 0) return { usage };
  if (names.length === 1 && names[0] === "list") return { list: true, json };
  const unknown = names.filter((name) => !known.some((bench) => bench.name === name));
  if (unknown.length > 0) return { usage: `there is no benchmark ${unknown.join(", ")}\n${usage}` };
  return { benches: known.filter(({ name }) => names.includes(name)), json };
}

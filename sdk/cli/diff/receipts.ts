/** Two receipts held against what the program declares to differ: the findings of parity, each with what allows it. Pure. */
import { compareReceipts } from "../../engine/receipt/compare-receipts";
import type { Finding } from "../../engine/receipt/comparison";
import type { Receipt } from "../../engine/receipt/receipt";
import type { Difference, StackDifferences } from "./compare";
import { type Declared, declaredPairs } from "./declared";
import { explain } from "./explain";
import { renamed } from "./renamed";

export interface DescribedReceipt {
  readonly label: string;
  readonly receipt: Receipt;
  /** Of the stack it was taken from, as its state has it now. */
  readonly declared: Declared | undefined;
}

/** Data is not configuration: `dray parity` compares it. */
export function compareReceiptFiles(a: DescribedReceipt, b: DescribedReceipt): StackDifferences {
  const pairs = declaredPairs(a.declared, b.declared);
  const { findings } = compareReceipts(a.receipt, b.receipt);
  const counted = findings.filter(({ kind, path }) => kind === "difference" && !path.startsWith("volumes."));
  const found = counted.map((it) => ({ ...it, resource: resourceOf(it), steps: it.path.split(".") }));
  return {
    differences: found.map(({ resource, path, a: one, b: other, steps }): Difference => {
      const within = hostName(path, pairs) ?? secretName(path, pairs) ?? explain(path, one, other, pairs);
      const twin = () =>
        renamed(
          { resource, path: steps, a: one, b: other },
          found.map((it) => ({ ...it, path: it.steps })),
          pairs,
        );
      return { resource, path, a: one, b: other, within: within ?? twin() };
    }),
    notCompared: findings.flatMap((it) =>
      it.kind === "unknown" && !it.path.startsWith("volumes.") ? [`${resourceOf(it)} ${it.path}`] : [],
    ),
  };
}

function resourceOf({ workload, path }: Finding): string {
  return workload === undefined ? (path.startsWith("host.") ? "host" : "receipt") : `workload ${workload}`;
}

/** Facts of the machines differ because the machines do. */
function hostName(path: string, pairs: ReturnType<typeof declaredPairs>): string | undefined {
  return path.startsWith("host.") ? namesOf("hosts", pairs) : undefined;
}

/** Hashes tell that a value is another one, not which name of the program it came by. */
function secretName(path: string, pairs: ReturnType<typeof declaredPairs>): string | undefined {
  return /(^|\.)secrets\.[^.]+(\.env)?$/.test(path) ? namesOf("secrets", pairs) : undefined;
}

function namesOf(kind: "hosts" | "secrets", pairs: ReturnType<typeof declaredPairs>): string | undefined {
  const names = pairs.filter((it) => it.kind === kind).map((it) => `${kind}.${it.name}`);
  return names.length === 0 ? undefined : names.join(", ");
}

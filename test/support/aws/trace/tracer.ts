/** Which calls were made to AWS, for which resource, in which phase of its life. */
import { AsyncLocalStorage } from "node:async_hooks";
import { isRecord, type Plain, type PlainRecord } from "../../../../sdk/provider/plain";

export type Phase = "create" | "read" | "update" | "delete" | "diff" | "function";

export interface TracedCall {
  /** Of the resource, or the function's token. */
  readonly name: string;
  readonly phase: Phase;
  readonly service: string;
  readonly operation: string;
  readonly input: unknown;
}

export interface Tracer {
  readonly calls: readonly TracedCall[];
  /** What is known by what name: `vpc-0a1b…` → `cloud-vpc.id`. */
  readonly names: ReadonlyMap<string, string>;
  during<T>(where: Pick<TracedCall, "name" | "phase">, act: () => Promise<T>): Promise<T>;
  /** How many calls are under way. */
  readonly open: number;
  /** Grows when a call begins and when it ends. */
  readonly revision: number;
  called<T>(call: Pick<TracedCall, "service" | "operation" | "input">, answer: () => Promise<T>): Promise<T>;
  /** Values that the program did not give, so AWS or chance chose them, get the name of the property they are. */
  made(resource: string, outputs: PlainRecord, given: PlainRecord): void;
  clear(): void;
}

export function createTracer(): Tracer {
  const here = new AsyncLocalStorage<Pick<TracedCall, "name" | "phase">>();
  const calls: TracedCall[] = [];
  const names = new Map<string, string>();
  const written = new Set<string>();
  let [begun, ended] = [0, 0];
  return {
    calls,
    names,
    during: (where, act) => here.run(where, act),
    get open() {
      return begun - ended;
    },
    get revision() {
      return begun + ended;
    },
    async called(call, answer) {
      calls.push({ ...(here.getStore() ?? { name: "", phase: "function" }), ...call });
      begun += 1;
      try {
        return await answer();
      } finally {
        ended += 1;
      }
    },
    made: (resource, outputs, given) => {
      visit(given, "", (value) => written.add(value));
      visit(outputs, resource, (value, path) => {
        if (chosen.test(value) && !written.has(value) && !names.has(value)) names.set(value, path);
      });
    },
    clear: () => {
      calls.length = 0;
      names.clear();
      written.clear();
    },
  };
}

/** Ids, addresses, zones and made-up names: what is different in every run. */
const chosen =
  /^((vpc|subnet|igw|rtb|sgr|sg|i|vol|snap|eni|eipalloc|eipassoc|rtbassoc)-[0-9a-f]+|\d+\.\d+\.\d+\.\d+|[a-z]+-[a-z]+-\d[a-z]|.*-[0-9a-f]{7})$/;

function visit(value: Plain | undefined, path: string, see: (text: string, path: string) => void): void {
  if (typeof value === "string") see(value, path);
  else if (Array.isArray(value)) for (const [i, item] of value.entries()) visit(item as Plain, `${path}[${i}]`, see);
  else if (isRecord(value)) for (const [key, item] of Object.entries(value)) visit(item, `${path}.${key}`, see);
}

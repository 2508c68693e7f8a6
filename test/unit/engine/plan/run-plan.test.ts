import type { Operation, Plan } from "../../../../sdk/engine/plan/plan";
import { type Executor, runPlan } from "../../../../sdk/engine/plan/run-plan";
import { type Report, silentReport } from "../../../../sdk/engine/report";
import type { RunContext } from "../../../../sdk/engine/run-context";
import { DrayageError } from "../../../../sdk/spec/drayage-error";

function operation(id: string, dependsOn: string[] = [], kind = "do"): Operation {
  return { id, kind, subject: id, host: "rack", cause: "asked", destructive: false, touchesData: false, dependsOn, detail: {} };
}

function planOf(...operations: Operation[]): Plan {
  return { schemaVersion: 1, kind: "update", subject: "shop", operations, outages: [], notes: [] };
}

function contextWith(overrides: { report?: Partial<Report>; signal?: AbortSignal } = {}): RunContext {
  let time = 0;
  return {
    report: { ...silentReport, ...overrides.report },
    signal: overrides.signal ?? new AbortController().signal,
    clock: { now: () => time, monotonic: () => (time += 100), sleep: async () => undefined },
  };
}

/** Operations that end when the test says so. */
class Gates {
  readonly started: string[] = [];
  private readonly ends = new Map<string, { resolve: () => void; reject: (error: Error) => void }>();

  readonly executor: Executor = (op) =>
    new Promise<void>((resolve, reject) => {
      this.started.push(op.id);
      this.ends.set(op.id, { resolve, reject });
    });

  async finish(id: string): Promise<void> {
    this.ends.get(id)?.resolve();
    await settle();
  }

  async fail(id: string, error: Error): Promise<void> {
    this.ends.get(id)?.reject(error);
    await settle();
  }
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe("runPlan", () => {
  it("starts an operation only after all it depends on has succeeded", async () => {
    const gates = new Gates();
    const run = runPlan(
      planOf(operation("c", ["a", "b"]), operation("a"), operation("b")),
      { do: gates.executor },
      contextWith(),
    );
    await settle();
    expect(gates.started).toEqual(["a", "b"]);
    await gates.finish("a");
    expect(gates.started).toEqual(["a", "b"]);
    await gates.finish("b");
    expect(gates.started).toEqual(["a", "b", "c"]);
    await gates.finish("c");
    expect(Object.keys((await run).operations).sort()).toEqual(["a", "b", "c"]);
  });

  it("runs at most as many operations at a time as allowed", async () => {
    const gates = new Gates();
    const run = runPlan(planOf(operation("a"), operation("b")), { do: gates.executor }, contextWith(), { parallel: 1 });
    await settle();
    expect(gates.started).toEqual(["a"]);
    await gates.finish("a");
    await gates.finish("b");
    await run;
  });

  it("starts nothing after a failure, awaits what runs, and throws the first failure itself", async () => {
    const gates = new Gates();
    const finished: string[] = [];
    const report = { finished: (op: Operation) => void finished.push(op.id) };
    const plan = planOf(operation("a"), operation("b"), operation("c", ["b"]));
    const first = new DrayageError("GATE_FAILED", "no");
    const run = runPlan(plan, { do: gates.executor }, contextWith({ report }));
    const outcome = run.catch((error: unknown) => error);
    await settle();
    await gates.fail("a", first);
    await gates.finish("b");
    expect(await outcome).toBe(first);
    expect(finished).toEqual(["b"]);
    expect(gates.started).toEqual(["a", "b"]);
  });

  it("honours the signal between operations and says what was not run", async () => {
    const gates = new Gates();
    const abort = new AbortController();
    const plan = planOf(operation("a"), operation("b", ["a"]));
    const outcome = runPlan(plan, { do: gates.executor }, contextWith({ signal: abort.signal })).catch((error: unknown) => error);
    await settle();
    abort.abort();
    await gates.finish("a");
    expect(await outcome).toMatchObject({ code: "CANCELLED", message: "Cancelled before: b." });
  });

  it("runs the check before each operation and fails when it does, without running the operation", async () => {
    const gates = new Gates();
    const onBefore = async (op: Operation) => {
      if (op.id === "a") throw new DrayageError("LEASE_LOST", "taken over");
    };
    await expect(runPlan(planOf(operation("a")), { do: gates.executor }, contextWith(), { onBefore })).rejects.toMatchObject({
      code: "LEASE_LOST",
    });
    expect(gates.started).toEqual([]);
  });

  it("measures every operation and passes its progress to the report", async () => {
    const seen: unknown[] = [];
    const report = { progress: (op: Operation, progress: unknown) => void seen.push([op.id, progress]) };
    const executor: Executor = async (_, context) => context.progress({ done: 1, total: 3, unit: "bytes" });
    const measured = await runPlan(planOf(operation("a")), { do: executor }, contextWith({ report }));
    expect(seen).toEqual([["a", { done: 1, total: 3, unit: "bytes" }]]);
    expect(measured.operations).toEqual({ a: 0.1 });
  });

  it.each([
    ["a cycle", [operation("a", ["b"]), operation("b", ["a"])], "wait for each other: a, b"],
    ["an unknown dependency", [operation("a", ["z"])], '"a" waits for "z"'],
    ["a duplicate id", [operation("a"), operation("a")], 'two operations are called "a"'],
    ["a kind nobody runs", [operation("a", [], "dance")], 'kind "dance"'],
  ])("refuses %s before anything runs", async (_, operations, text) => {
    const executor = jest.fn(async () => undefined);
    await expect(runPlan(planOf(...operations), { do: executor }, contextWith())).rejects.toThrow(text);
    expect(executor).not.toHaveBeenCalled();
  });
});

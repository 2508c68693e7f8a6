/** Walks a plan's graph. It decides nothing: what to do is in the plan, how to do it is in the executors. */
import { DrayageError } from "../../spec/drayage-error";
import type { Progress } from "../report";
import type { RunContext } from "../run-context";
import { checkPlan } from "./check-plan";
import type { Operation, Plan } from "./plan";

/** Runs one kind of operation. It re-reads the world before it changes it, so that running it twice is harmless. */
export type Executor = (operation: Operation, context: ExecutorContext) => Promise<void>;

export interface ExecutorContext extends RunContext {
  progress(progress: Progress): void;
}

export interface RunOptions {
  /** How many operations run at a time. Default 4. */
  readonly parallel?: number;
  /** Called before each operation; a rejection fails the run. The place of the lease check. */
  readonly onBefore?: (operation: Operation) => Promise<void>;
}

export interface Measured {
  readonly seconds: number;
  /** Seconds by operation id. */
  readonly operations: Readonly<Record<string, number>>;
}

/**
 * Operations start as soon as all they depend on has succeeded. After the first failure, or when the signal is
 * aborted, nothing new starts and what runs is awaited.
 * @throws the first failure as it was thrown; CANCELLED when the signal was aborted before the end.
 */
export async function runPlan(
  plan: Plan,
  executors: Readonly<Record<string, Executor>>,
  context: RunContext,
  options: RunOptions = {},
): Promise<Measured> {
  checkPlan(plan, executors);
  const walk = new Walk(plan, executors, context, options);
  return walk.run();
}

class Walk {
  private readonly waiting: Operation[];
  private readonly running = new Set<Promise<void>>();
  private readonly done = new Map<string, number>();
  private failure: { readonly error: unknown } | undefined;

  constructor(
    private readonly plan: Plan,
    private readonly executors: Readonly<Record<string, Executor>>,
    private readonly context: RunContext,
    private readonly options: RunOptions,
  ) {
    this.waiting = [...plan.operations];
  }

  async run(): Promise<Measured> {
    const began = this.context.clock.monotonic();
    for (;;) {
      this.startReady();
      if (this.running.size === 0) break;
      await Promise.race(this.running);
    }
    if (this.failure) throw this.failure.error;
    if (this.waiting.length > 0) throw this.cancelled();
    return { seconds: this.secondsSince(began), operations: Object.fromEntries(this.done) };
  }

  private startReady(): void {
    const limit = this.options.parallel ?? 4;
    while (!this.failure && !this.context.signal.aborted && this.running.size < limit) {
      const next = this.waiting.findIndex((operation) => operation.dependsOn.every((id) => this.done.has(id)));
      const [operation] = next < 0 ? [] : this.waiting.splice(next, 1);
      if (!operation) return;
      const running: Promise<void> = this.perform(operation).finally(() => this.running.delete(running));
      this.running.add(running);
    }
  }

  private async perform(operation: Operation): Promise<void> {
    const { report } = this.context;
    const began = this.context.clock.monotonic();
    try {
      await this.options.onBefore?.(operation);
      report.started(operation);
      const progress = (value: Progress) => report.progress(operation, value);
      await this.executors[operation.kind]?.(operation, { ...this.context, progress });
      const seconds = this.secondsSince(began);
      this.done.set(operation.id, seconds);
      report.finished(operation, seconds);
    } catch (error) {
      this.failure ??= { error };
      report.failed(operation, error instanceof Error ? error : new Error(String(error)));
    }
  }

  private cancelled(): DrayageError {
    const next = this.waiting.map((operation) => operation.id);
    return new DrayageError("CANCELLED", `Cancelled before: ${next.join(", ")}.`, {
      subject: this.plan.subject,
      hint: "Run the same command again to continue.",
    });
  }

  private secondsSince(began: number): number {
    return (this.context.clock.monotonic() - began) / 1000;
  }
}

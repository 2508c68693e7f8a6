/** A benchmark: what it is called, what it measures, and how. */
import type { Row } from "./measure/row";

export interface Bench {
  readonly name: string;
  /** One line, for `list`. */
  readonly summary: string;
  /** Adds its rows as they are measured, so that what was measured is not lost with a failure later on. */
  run(context: BenchContext): Promise<void>;
}

export interface BenchContext {
  /** The checkout: its built `dray` is what is measured. */
  readonly repository: string;
  /** Folder for what is expensive to make and independent of the checkout. */
  readonly cacheDir: string;
  /** Unix socket of this machine's engine. */
  readonly dockerSocket: string;
  readonly env: NodeJS.ProcessEnv;
  /** Aborted by Ctrl-C: what was made is taken down, then the run ends. */
  readonly signal: AbortSignal;
  add(row: Row): void;
  /** Progress, for a person who waits. */
  say(line: string): void;
}

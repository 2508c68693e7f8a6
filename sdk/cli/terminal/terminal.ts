/** All that a command may know of the process around it. Tests give their own. */
import type { Paint } from "../render/paint";

export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** How this very program is started again: absolute paths of the runtime and of dray. */
  readonly program: readonly string[];
  /** A person can see questions (stderr) and answer them (stdin). */
  readonly interactive: boolean;
  /** Stderr may be repainted. */
  readonly repaintable: boolean;
  /** For results on stdout. */
  readonly paint: Paint;
  /** For progress and errors on stderr. */
  readonly errorPaint: Paint;
  readonly size: () => { readonly columns: number; readonly rows: number };
  /** The raw streams, for commands that pass a process's own through. */
  readonly streams: {
    readonly stdin: NodeJS.ReadStream;
    readonly stdout: NodeJS.WriteStream;
    readonly stderr: NodeJS.WriteStream;
  };
  /** Results: what a pipe wants. */
  out(text: string): void;
  /** Progress, questions, errors. */
  err(text: string): void;
  /** Asks one line; undefined when the input ended. */
  ask(question: string): Promise<string | undefined>;
  /** What the process will exit with. */
  exitCode: number;
  /** Called on each Ctrl-C or SIGTERM until the returned function is called. */
  onInterrupt(handler: (signal: "SIGINT" | "SIGTERM") => void): () => void;
  /** Leaves at once, nothing is flushed. */
  abandon(exitCode: number): void;
}

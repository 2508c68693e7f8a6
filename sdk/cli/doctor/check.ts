/** What this machine must have, one file per thing. `look` only looks; `obtain` may install, and is called by set-up alone. */
import type { RunContext } from "../../engine/run-context";

export interface Found {
  readonly ok: boolean;
  /** What was found, or what is wrong; one line. */
  readonly detail: string;
}

export interface Check {
  readonly name: string;
  look(machine: Machine): Promise<Found>;
  /** Gets what is missing, or says in `detail` why it cannot. Absent: only the user can. */
  obtain?(machine: Machine): Promise<Found>;
  /** The command to type when it is missing. */
  readonly hint: string;
}

/** This machine as the checks see it. */
export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** See cacheDirectory of sdk/provider/surroundings.ts. */
  readonly cacheDir: string;
  /** Path of the local engine's socket. */
  readonly socket: string;
  readonly context: RunContext;
}

/** A plan is data: preview prints it, apply runs it, a file carries it, tests compare its text. */

export interface Forecast {
  readonly seconds?: number;
  readonly bytes?: number;
}

export interface Operation {
  /** Unique within the plan, stable between two plans of the same world: `start api.1`. */
  readonly id: string;
  /** Which executor runs it. */
  readonly kind: string;
  /** What it acts on, in the user's words: `api`, `volume data`, `image web`. */
  readonly subject: string;
  /** The program's name for the host it acts on. */
  readonly host: string;
  /** Why: `image changed`, `not running`, `host changed`. */
  readonly cause: string;
  /** True when something that serves stops or an object goes away. */
  readonly destructive: boolean;
  /** True when volumes are read, written, kept or removed by it. */
  readonly touchesData: boolean;
  /** Ids of operations that must have succeeded before. */
  readonly dependsOn: readonly string[];
  readonly forecast?: Forecast;
  /** What the executor needs; JSON, never a secret. */
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface Outage {
  /** Service or endpoint that does not answer meanwhile. */
  readonly subject: string;
  readonly seconds: number;
  /** What the seconds consist of: `stop 0.2 s`, `last delta 0.4 s`. */
  readonly parts: readonly { readonly name: string; readonly seconds: number }[];
}

export type PlanKind = "create" | "update" | "move" | "delete" | "none";

export interface Plan {
  readonly schemaVersion: 1;
  readonly kind: PlanKind;
  /** Name of the workload, image or host in the program. */
  readonly subject: string;
  readonly operations: readonly Operation[];
  readonly outages: readonly Outage[];
  /** What a person should know before saying yes: re-attached volumes, published addresses, risks. */
  readonly notes: readonly string[];
}

/** From what a person wrote to what the engine runs; all mistakes together, by property path. */
import type { Problem } from "./drayage-error";
import type { SecretValues } from "./secret";
import type { WorkloadSpec } from "./workload";

export interface NormaliseOptions {
  /** Let every leaf be UNKNOWN: in preview. Default false. */
  readonly allowUnknown?: boolean;
}

export type NormalisedWorkload =
  | { readonly spec: WorkloadSpec; readonly secrets: SecretValues }
  | { readonly problems: readonly Problem[] };

export declare function normaliseWorkload(input: unknown, options?: NormaliseOptions): NormalisedWorkload;

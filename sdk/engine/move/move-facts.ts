/** What the plan of a move is decided from: everything was read, nothing changed. */
import type { Plan } from "../plan/plan";
import type { Peer } from "./move-records";

export interface MoveFacts {
  /** The workload's name in the program. */
  readonly workload: string;
  readonly from: Peer;
  readonly to: Peer;
  /** Plan of the same workload on the target, where nothing of it is yet. */
  readonly targetPlan: Plan;
  readonly volumes: readonly MovedVolume[];
  /** In the order in which they stop: dependents before what they depend on. */
  readonly services: readonly MovedService[];
  /** Free bytes where the target keeps its volumes; undefined when it could not be measured. */
  readonly targetFreeBytes: number | undefined;
  /** Superseded volumes of this workload that stay on the target from earlier moves. */
  readonly supersededOnTarget: readonly string[];
}

export interface MovedVolume {
  readonly name: string;
  /** Docker's names. */
  readonly source: string;
  readonly target: string;
  readonly bytes: number;
  readonly files: number;
}

export interface MovedService {
  readonly name: string;
  /** Docker's ids of its containers on the source. */
  readonly containers: readonly string[];
  readonly stopGraceMs: number;
  /** Writes to its volumes what it holds in memory. */
  readonly flush?: readonly string[];
  /** Mounts one of the moved volumes: its container objects are the fence. */
  readonly holdsData: boolean;
  readonly published: readonly string[];
  /** Measured by the last apply, else a guess by the kind of health check. */
  readonly readySeconds: number;
  /** Services that must be ready before it starts. */
  readonly dependsOn: readonly string[];
}

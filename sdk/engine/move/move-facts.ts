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
  /** What a helper container takes now, made, run and removed: how busy the two machines are. */
  readonly helperSeconds: number;
  /** What its last move took, step by step; absent: it was never moved. */
  readonly lastCut?: Readonly<Record<string, number>>;
  /** Superseded volumes of this workload that stay on the target from earlier moves. */
  readonly supersededOnTarget: readonly string[];
  /** What the source goes on doing for clients that still dial it. Absent: nothing is forwarded, or nothing could be. */
  readonly forward?: MovedForward;
  /** Published ports that will not be forwarded: `53/udp`. Default none. */
  readonly unforwarded?: readonly string[];
}

export interface MovedForward {
  readonly address: string;
  readonly ports: readonly number[];
  /** From which the address was chosen. */
  readonly ways: readonly string[];
  /** Why it does not reach the target now. Absent: it does. */
  readonly trouble?: string;
}

export interface MovedVolume {
  readonly name: string;
  /** Docker's names. */
  readonly source: string;
  readonly target: string;
  readonly bytes: number;
  readonly files: number;
  /** A folder of the host instead of a volume: its path is name, source and target. */
  readonly folder?: MovedFolder;
}

export interface MovedFolder {
  /** Path that a superseded folder on the target gets; absent: there is none, or it is empty. */
  readonly aside?: string;
  /** Room where it will be on the target, when that is not where the engine keeps its volumes. */
  readonly ownRoom?: { readonly device: string; readonly freeBytes: number };
}

export interface MovedService {
  readonly name: string;
  /** Docker's ids of its containers on the source. */
  readonly containers: readonly string[];
  readonly stopGraceMs: number;
  /** Writes to its volumes what it holds in memory. */
  readonly flush?: readonly string[];
  /** Mounts one of the moved volumes or folders: its container objects are the fence. */
  readonly holdsData: boolean;
  readonly published: readonly string[];
  /** From its start to its gate, measured by the last apply, else a guess by the kind of health check. */
  readonly readySeconds: number;
  /** asked: by a helper from outside, as http and tcp are. command: inside. none: it only has to go on running. */
  readonly gate: "asked" | "command" | "none";
  /** Services that must be ready before it starts. */
  readonly dependsOn: readonly string[];
}

/** What comes in at the doors of this room, and what goes out. */
import type { Endpoint } from "../../spec/endpoint";
import type { ReferenceLock } from "../../spec/reference-lock";
import type { SecretValues } from "../../spec/secret";
import type { WorkloadSpec } from "../../spec/workload";
import type { HostHandle } from "../host/host-handle";
import type { Plan } from "../plan/plan";
import type { Measured } from "../plan/run-plan";
import type { Owner } from "../record/host-record";
import type { RunContext } from "../run-context";
import type { ConfigFiles } from "./config-files";
import type { FieldChange } from "./diff-fields";
import type { ImageSupply } from "./image-supply";

export interface WorkloadRequest {
  readonly identity: string;
  readonly owner: Owner;
  readonly spec: WorkloadSpec;
  readonly secrets: SecretValues;
  /**
   * What stands for the values of secrets that are somewhere else wherever sets of them are compared, so that a set is known where
   * a value cannot be read. Default: the values themselves.
   */
  readonly secretMarks?: SecretValues;
  /** Keys the names of secret sets; made once per workload, kept as a secret in state. */
  readonly secretKey: string;
  readonly host: HostHandle;
  readonly images: ImageSupply;
  readonly configs: ConfigFiles;
  /** Docker's names of volumes, where a move has chosen them. Default: what the host record says, else the naming rule. */
  readonly volumeNames?: Readonly<Record<string, string>>;
  /** Service → what its reference was promoted as. Absent: what runs decides. */
  readonly locks?: Readonly<Record<string, ReferenceLock>>;
  /**
   * A service of which no container is left is made from the image that its last release here ran, where the host still has that:
   * what a move has fenced comes back as it was, whatever its reference means by now. Default false: the reference decides.
   */
  readonly asReleased?: boolean;
  /** More notes of the plan, which only the caller knows. Default none. */
  readonly notes?: readonly string[];
  readonly context: RunContext;
}

export interface ApplyRequest extends WorkloadRequest {
  /** Who is in front, for whoever finds the workload locked: `user@machine pid 123`. */
  readonly holder: string;
  /** The plan a person said yes to: more stops or data operations than it showed are refused. Absent: nobody looked. */
  readonly reviewed?: Plan;
  /** Take the workload over from another stack. Default false. */
  readonly adopt?: boolean;
  /** The state does not have the resource yet. Default false. */
  readonly creates?: boolean;
}

export interface RemovalRequest extends ApplyRequest {
  /** What a killed create left: whichever incarnation of this stack made it, and without any of its data. Default false. */
  readonly leftover?: boolean;
}

export interface WorkloadOutcome {
  readonly plan: Plan;
  readonly receipt: Receipt;
  /** `web:80/tcp` → where it is reached. */
  readonly endpoints: Readonly<Record<string, Endpoint>>;
  /** Undefined when there was nothing to do. */
  readonly measured: Measured | undefined;
}

/** What really runs after an apply. Two hosts with equal receipts run the same; the whole is found on the host again by its hash. */
export interface Receipt {
  /** Hash of the normalised configuration with image identities. */
  readonly hash: string;
  /** Service → id of the image that runs. */
  readonly images: Readonly<Record<string, string>>;
  /** Service → hash of its configuration without the image. */
  readonly configurations: Readonly<Record<string, string>>;
}

export type WorkloadReading =
  | { readonly state: "gone" }
  /** `path` is the spec's, from the workload: `services.api.restart`. `was`: what the program said; `is`: what was found. */
  | { readonly state: "present"; readonly drift: readonly FieldChange[]; readonly ownerId: string | undefined };

export interface RemovalOutcome {
  readonly plan: Plan;
  readonly measured: Measured | undefined;
  /** Names of data volumes that stay, with their data. */
  readonly kept: readonly string[];
  /** Set when the workload belongs to a newer resource by now: then nothing was removed. */
  readonly ownedBy?: Owner;
}

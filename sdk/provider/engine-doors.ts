/**
 * What the handlers ask of the engine's rooms. workload-door.ts and image-door.ts put them together from sdk/engine; tests put
 * doubles here.
 */
import type { HostHandle } from "../engine/host/host-handle";
import type { Plan } from "../engine/plan/plan";
import type { ReceiptSummary } from "../engine/receipt/receipt-summary";
import type { Owner } from "../engine/record/host-record";
import type { RunContext } from "../engine/run-context";
import type { FieldChange } from "../engine/workload/diff-fields";
import type { HostConnection, HostRefSpec } from "../spec/host";
import type { ImageSpec } from "../spec/image";
import type { ReferenceLock } from "../spec/reference-lock";
import type { PushSpec } from "../spec/registry";
import type { SecretValues } from "../spec/secret";
import type { WorkloadSpec } from "../spec/workload";

/** One connection per host and run; a dead host costs one dial. */
export interface Hosts {
  /** `base`: the folder that a relative identityFile starts from. @throws HOST_* PERMISSION_DENIED DOCKER_* HOST_CLONED */
  open(ref: Pick<HostRefSpec, "name" | "connection"> & Partial<HostRefSpec>, base: string): Promise<HostHandle>;
  /** Remembers a host by what the state says of it, so that a workload that was handed over to it can be followed. */
  know(ref: HostRefSpec): void;
  find(peer: PeerHost): HostRefSpec | undefined;
  /** Hosts that were reached so far in this run. */
  opened(): Promise<readonly HostHandle[]>;
  /** Told of each host of the program, by its Check. */
  declare(host: DeclaredHost): void;
  declared(): readonly DeclaredHost[];
  /** The next `open` dials and measures anew: the machine is another than it was, or was none before. */
  forget(ref: Pick<HostRefSpec, "name" | "connection">, base: string): Promise<void>;
  /** Names of hosts whose engine will only be there after this up: a preview cannot ask it. */
  readonly awaited: Set<string>;
}

/** A host as the program writes it; leaves are UNKNOWN while its machine does not exist. */
export interface DeclaredHost extends Pick<HostRefSpec, "name" | "connection" | "traits"> {
  /** The folder that a relative identityFile starts from. */
  readonly base: string;
}

/** A machine that was given a host key before it was made, and shall have one of its own. */
export interface EnrolWish {
  readonly name: string;
  readonly connection: HostConnection;
  /** Public half of the given key. */
  readonly injected: string;
  /** The folder that a relative identityFile starts from. */
  readonly base: string;
  /** How long the machine may take to let us in. 0: the default, five minutes. */
  readonly timeoutMs: number;
  readonly context: RunContext;
}

export interface EnrolDoor {
  /** All of it. */
  planArrival(host: string): Promise<Plan>;
  /** Its second step alone, where the first one was recorded by an earlier up. */
  planRemoval(host: string): Promise<Plan>;
  /** Waits for the machine, pinned to the given key, and lets it make its own: yields that, served beside the given one. */
  enrol(wish: EnrolWish): Promise<string>;
  /** To be called when `own` is in the state: the given key is served no more. */
  drop(wish: EnrolWish & { readonly own: string }): Promise<void>;
}

export interface WorkloadContent {
  readonly spec: WorkloadSpec;
  readonly secrets: SecretValues;
  /** What stands for values that are somewhere else wherever sets of secrets are compared. */
  readonly secretMarks?: SecretValues;
}

export interface WorkloadWish extends WorkloadContent {
  readonly identity: string;
  /** `id` is this resource's; an apply makes it the owner. */
  readonly owner: Owner;
  readonly secretKey: string;
  /** Where relative paths of configs start. */
  readonly base: string;
  /** Where it shall live. */
  readonly target: HostHandle;
  /** Where it lives when that is another machine: then this is a move. */
  readonly source?: HostHandle;
  /** The other end of a move that was interrupted and is not `source`. */
  readonly interrupted?: HostHandle;
  /** The other end of an interrupted move when that host does not answer, or when nobody knows it any more. */
  readonly lost?: PeerHost;
  /** Why it cannot go where the program wants it: `target` is where it lives, and serves again. The run ends with this. */
  readonly stays?: Error;
  /** Hosts that answer, with something of it that earlier moves left there. */
  readonly left?: readonly HostHandle[];
  /** Other hosts that answer and that may forward to where it lives. */
  readonly old?: readonly HostHandle[];
  /** It begins anew because its host is lost: hosts that forwarded to that one, whether or not they answer. */
  readonly former?: readonly PeerHost[];
  /** In a removal: every other host that answers, whatever it has of the workload. */
  readonly elsewhere?: readonly HostHandle[];
  /** What runs on the source; a move carries that, and what else has changed comes afterwards. */
  readonly running?: WorkloadContent;
  /** More notes of its plan. */
  readonly notes?: readonly string[];
  /** Service → what its reference was promoted as. */
  readonly locks?: Readonly<Record<string, ReferenceLock>>;
  /** The state does not have the resource yet. */
  readonly creates?: boolean;
  /** What a person has agreed to: more stops or data operations than that are refused. */
  readonly reviewed?: Plan;
  /** To be removed as what a killed create left: whichever incarnation made it, and without its data. */
  readonly leftover?: boolean;
  readonly context: RunContext;
}

/** A host as another host's record names it. */
export interface PeerHost {
  readonly host: string;
  readonly machineId: string;
  readonly engineId: string;
}

/** A wish for a host that is only a name so far. */
export interface UnbornWish extends WorkloadContent, Pick<WorkloadWish, "identity" | "secretKey"> {
  readonly host: string;
}

export interface WorkloadApplied {
  /** Host on which it lives now: the target, or the source when a move did not pass its pivot. */
  readonly host: HostHandle;
  /** What runs; undefined when it failed before that was known. */
  readonly receipt: ReceiptSummary | undefined;
  /** It is ours and exists, but is not as wished. */
  readonly failure?: Error;
}

export interface WorkloadFound {
  readonly state: "gone" | "present";
  readonly drift: readonly FieldChange[];
  readonly ownerId: string | undefined;
  /** As the host's record has it; undefined: it has none. */
  readonly owner?: Owner;
  /** A move was begun and not finished: the machine at its other end. */
  readonly openMove?: PeerHost;
  /** It was handed over to another machine. */
  readonly handover?: PeerHost;
  /** Where moves left something of it that waits to be cleaned up. Absent: nowhere. */
  readonly leftBehind?: readonly PeerHost[];
  /** Hosts that may forward to here. Absent: none. */
  readonly forwardedFrom?: readonly PeerHost[];
}

export interface WorkloadDoor {
  /** Reads only. May be given UNKNOWN leaves in the spec. */
  preview(wish: WorkloadWish): Promise<Plan>;
  /** On a machine that does not exist yet: there is nothing on it. */
  previewUnborn(wish: UnbornWish): Promise<Plan>;
  /** Rejects only when nothing of it is ours: no ownership was taken. */
  apply(wish: WorkloadWish): Promise<WorkloadApplied>;
  find(
    host: HostHandle,
    wish: Pick<WorkloadWish, "identity" | "spec" | "secrets" | "secretMarks" | "secretKey">,
  ): Promise<WorkloadFound>;
  /** Hosts that may forward to `home`, as its record has them. */
  forwardedFrom(home: HostHandle, identity: string): Promise<readonly PeerHost[]>;
  /** What an up would find that `old` forwards to `home`: well, amiss, something that ends, or nothing. Reads only. */
  forwards(
    old: HostHandle,
    home: HostHandle,
    wish: Pick<WorkloadWish, "identity" | "spec">,
  ): Promise<"well" | "amiss" | "ends" | "no">;
  /** Whether this stack has it on the host: deployed, begun, or on its way there. Volumes that were kept of it do not count. */
  lives(host: HostHandle, wish: Pick<WorkloadWish, "identity" | "owner">): Promise<boolean>;
  /** What `remove` would do now. Reads only. */
  previewRemoval(wish: WorkloadWish): Promise<Plan>;
  /** Whether the host's own record proves that the workload came there from `from` and was handed over. */
  took(host: HostHandle, identity: string, from: PeerHost): Promise<boolean>;
  /** Whether the host's record says that it serves there, or begins there: a restore has said so. */
  servesOn(host: HostHandle, identity: string): Promise<boolean>;
  /** Removes nothing when a newer resource owns it, and says so. Yields the names of volumes that stay. */
  remove(wish: WorkloadWish): Promise<{ readonly kept: readonly string[]; readonly ownedBy: Owner | undefined }>;
  /** Names of other identities of this stack that have data on the host under one of these names. */
  others(host: HostHandle, wish: Pick<WorkloadWish, "identity" | "owner">, names: readonly string[]): Promise<readonly string[]>;
}

export interface ImageWish {
  readonly name: string;
  readonly spec: ImageSpec;
  readonly contentHash: string;
  /** Read when a build needs them. */
  readonly secrets: () => Promise<Readonly<Record<string, string>>>;
  readonly base: string;
  /** Where it is pushed to; relative paths of its credentials made absolute. */
  readonly push?: PushSpec;
  /** Content hash and identity of the last build. */
  readonly previous?: { readonly contentHash: string; readonly identity: string };
  readonly context: RunContext;
}

export interface ImageDoor {
  /** Reads only; `identity` when the builder has it. */
  preview(wish: ImageWish): Promise<{ readonly plan: Plan; readonly identity: string | undefined }>;
  /** @throws BUILD_FAILED, CONTEXT_CHANGED, … */
  build(wish: ImageWish): Promise<{ readonly identity: string; readonly digest?: string }>;
  /** Whether the registry still has what was pushed; undefined: it cannot be asked now. */
  isPushed(wish: ImageWish, digest: string): Promise<boolean | undefined>;
}

/**
 * The mutable facts about what is ours on a host. Docker labels cannot change, so labels carry only immutable
 * identity and this record carries the rest. It lives in /var/lib/drayage on the host, root-owned.
 */
export interface HostRecord {
  readonly schemaVersion: 1;
  /** Grows by one with each write; compare-and-swap compares it. 0 = nothing was ever written. */
  readonly version: number;
  readonly workloads: Readonly<Record<string, WorkloadRecord>>;
}

/** Keyed by the workload's identity. */
export interface WorkloadRecord {
  readonly name: string;
  readonly owner: Owner;
  /** Only grows: each lease taken adds one. */
  readonly epoch: number;
  readonly lease?: LeaseRecord;
  /**
   * serving: lives here. preparing: a move is copying data here, nothing may start. prepared: all of it arrived and is proved equal.
   * adopted: a move has handed it over to us, its gate is open. ceded: a move has handed it to another machine (the pivot); what
   * is left here is superseded.
   */
  readonly state: "serving" | "preparing" | "prepared" | "adopted" | "ceded";
  /** Set when ceded, and kept while a later move prepares the way back: where it went. */
  readonly handover?: Handover;
  /** Set from preparing on: where it comes from and what arrived. */
  readonly arrival?: Arrival;
  readonly volumes: Readonly<Record<string, VolumeRecord>>;
  /** Folders of the host that moves have filled or left, by absolute path. Absent: none. */
  readonly folders?: Readonly<Record<string, FolderRecord>>;
  /** Steps of the open move or apply, newest last; emptied when it ends. */
  readonly journal: readonly JournalEntry[];
  /** What was deployed, newest last, at most ten. */
  readonly releases: readonly ReleaseRecord[];
  /** Service → hash of the http or tcp probe that what runs has passed. Absent: not known, as after a move. */
  readonly gates?: Readonly<Record<string, string>>;
  /**
   * Hosts on which something of it waits to be cleaned up, because they did not answer when a move was undone or had ended.
   * Kept where it lives, and carried along when it moves. Absent: none.
   */
  readonly leftBehind?: readonly Peer[];
  /** Set with the hand-over: what the forwarder here shall do for clients that still dial this host. Absent: nothing is forwarded. */
  readonly forward?: ForwardRecord;
  /**
   * Hosts that may forward to here. Each one's own `forward` decides; this is where to look. Kept where it lives, and carried along
   * when it moves. Absent: none.
   */
  readonly forwardedFrom?: readonly Peer[];
  /** ISO time at which its stack destroyed it: what is left here is kept data that nobody needs any more. Absent: it was not. */
  readonly removed?: string;
}

/** A host as another host's record names it. */
export interface Peer {
  readonly host: string;
  readonly machineId: string;
  /** "" where only the machine is known. */
  readonly engineId: string;
}

export interface ForwardRecord {
  /** Where the workload lives. */
  readonly to: Peer;
  /** What the forwarder dials. */
  readonly address: string;
  /** Published TCP ports, the same on both hosts. */
  readonly ports: readonly number[];
  /** The addresses from which `address` was chosen, best first. Absent: not known. */
  readonly ways?: readonly string[];
  /** ISO time, for people only. */
  readonly since: string;
}

export interface Owner {
  readonly stackUid: string;
  readonly project: string;
  readonly stack: string;
  /** The resource's Pulumi ID: a random incarnation. Only Delete requires it to match. */
  readonly id: string;
}

export interface LeaseRecord {
  readonly epoch: number;
  /** `user@machine pid 123`, for people. */
  readonly holder: string;
  /** The attached mover container that holds it; a lease whose container is gone is free. */
  readonly session: string;
  readonly since: string;
  readonly purpose: "up" | "move" | "destroy" | "command";
}

export interface Handover {
  readonly epoch: number;
  readonly machineId: string;
  readonly engineId: string;
  readonly host: string;
  readonly at: string;
  readonly rootHash: string;
}

export interface Arrival {
  readonly epoch: number;
  readonly machineId: string;
  readonly host: string;
  readonly at: string;
  readonly rootHash: string;
}

export interface VolumeRecord {
  /** The volume's name in Docker. */
  readonly dockerName: string;
  readonly keep: boolean;
  readonly protect: boolean;
  /** current: used here. incoming: a move is writing it. superseded: its data went on elsewhere; kept until a command names it. kept: its workload was destroyed. */
  readonly state: "current" | "incoming" | "superseded" | "kept";
  readonly since: string;
}

export interface FolderRecord {
  /** As of a volume: incoming was empty when the move began to fill it; superseded stays until somebody removes it by hand. */
  readonly state: "current" | "incoming" | "superseded";
  readonly since: string;
}

export interface JournalEntry {
  readonly epoch: number;
  readonly step: string;
  readonly phase: "intent" | "done";
  readonly at: string;
  /** JSON, never a secret. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

export interface ReleaseRecord {
  readonly at: string;
  /** Hash of the normalised spec with image identities. */
  readonly hash: string;
  readonly images: Readonly<Record<string, string>>;
  /** Service → seconds from its start to its gate, as last measured: what a forecast is made from. */
  readonly readySeconds?: Readonly<Record<string, number>>;
  /** What the steps of its last move took: the same. Absent: it was not moved. */
  readonly cutSeconds?: Readonly<Record<string, number>>;
}

export const emptyHostRecord: HostRecord = { schemaVersion: 1, version: 0, workloads: {} };

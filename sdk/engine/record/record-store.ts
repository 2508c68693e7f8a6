/** How the host record is read and changed. The mover does the writing; every decision is a pure function here. */
import type { HostRecord, LeaseRecord, Owner, WorkloadRecord } from "./host-record";

export interface RecordStore {
  /**
   * Reads through the archive API of the never-started reader container, making that container (and loading the mover
   * image) where it is missing: no change a user sees.
   * @throws RECORD_UNREADABLE; a record that cannot be read is never "no record".
   */
  read(): Promise<HostRecord>;
  /** Attaches the one mover session of this run; the session's leases end with it, also when this process is killed. */
  open(holder: string): Promise<RecordSession>;
}

export interface RecordSession {
  /** Id of the attached mover container. */
  readonly id: string;
  read(): Promise<HostRecord>;
  /** Compare-and-swap: reads, decides, writes; decides again when somebody was quicker. Durable (fsync, rename) when it returns. */
  change(decide: (record: HostRecord) => HostRecord): Promise<HostRecord>;
  /** @throws LOCKED naming the holder; OWNED_ELSEWHERE when the identity belongs to another stack. */
  acquire(request: LeaseRequest): Promise<Lease>;
  close(): Promise<void>;
}

export interface LeaseRequest {
  readonly identity: string;
  readonly name: string;
  readonly owner: Owner;
  readonly purpose: LeaseRecord["purpose"];
  /** State of the entry where there is none yet. Default "serving"; a move's target begins as "preparing". */
  readonly initialState?: "serving" | "preparing";
  /** Take over an owner of another stack (`dray adopt`). */
  readonly adopt?: boolean;
  /** A resource begins that the state does not have yet. See create-intent.ts. */
  readonly creates?: boolean;
}

export interface Lease {
  readonly identity: string;
  readonly epoch: number;
  /** To be called before every mutation. @throws LEASE_LOST naming who took it. */
  assertHeld(): Promise<void>;
  /** `change` of this workload's part, refused when the lease was lost. `undefined` forgets the workload, and with it the lease. */
  change(decide: (workload: WorkloadRecord) => WorkloadRecord | undefined): Promise<void>;
  release(): Promise<void>;
}

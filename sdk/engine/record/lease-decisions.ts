/** Who may hold a workload's lease, as pure functions of the record. The store only reads, asks these, and writes. */
import { DrayageError } from "../../spec/drayage-error";
import { withCreateIntent } from "./create-intent";
import type { HostRecord, LeaseRecord, Owner, WorkloadRecord } from "./host-record";
import type { LeaseRequest } from "./record-store";

export interface LeaseClaim {
  /** The session container that will hold the lease. */
  readonly session: string;
  /** `user@machine pid 123`. */
  readonly holder: string;
  /** ISO time. */
  readonly since: string;
  /** Whether the container of the lease found in the record still runs. Irrelevant where there is none. */
  readonly holderAlive: boolean;
  /** For messages. */
  readonly host: string;
}

/**
 * The record with the lease taken and the epoch raised. An existing owner stays (Create and Update take ownership over
 * by `lease.change`) unless the request adopts.
 * @throws LOCKED, OWNED_ELSEWHERE
 */
export function acquireLease(record: HostRecord, request: LeaseRequest, claim: LeaseClaim): HostRecord {
  const found = record.workloads[request.identity];
  if (found !== undefined) refuseForeign(found, request, claim.host);
  if (found?.lease !== undefined && claim.holderAlive) throw leaseTaken(found.lease, { ...claim, name: request.name });
  const known = found ?? newWorkload(request);
  const epoch = known.epoch + 1;
  const { session, holder, since } = claim;
  const lease: LeaseRecord = { epoch, holder, session, since, purpose: request.purpose };
  const owner = request.adopt === true ? request.owner : known.owner;
  const held = { ...known, owner, epoch, lease };
  if (!request.creates) return withWorkload(record, request.identity, held);
  // A later life begins: what it makes is not the data that nobody needs any more, also when it is killed before it settles.
  const { removed: _, ...born } = held;
  return withWorkload(record, request.identity, { ...born, journal: withCreateIntent(known.journal, { epoch, at: since }) });
}

/** The record without this lease; the same record when it is not there any more. */
export function releaseLease(record: HostRecord, identity: string, epoch: number, session: string): HostRecord {
  const workload = record.workloads[identity];
  if (workload === undefined || !holds(workload, epoch, session)) return record;
  const { lease: _, ...rest } = workload;
  return withWorkload(record, identity, rest);
}

/**
 * The record with one workload changed by the holder of its lease. `undefined` from `decide` forgets the workload.
 * The lease and the epoch are not the caller's to change.
 * @throws LEASE_LOST
 */
export function changeUnderLease(
  record: HostRecord,
  held: {
    readonly identity: string;
    readonly name: string;
    readonly epoch: number;
    readonly session: string;
    readonly host: string;
  },
  decide: (workload: WorkloadRecord) => WorkloadRecord | undefined,
): HostRecord {
  const workload = record.workloads[held.identity];
  if (workload === undefined || !holds(workload, held.epoch, held.session)) throw leaseLost(held, workload?.lease);
  const changed = decide(workload);
  if (changed === workload) return record;
  const { epoch, lease } = workload;
  return withWorkload(record, held.identity, changed && { ...changed, epoch, ...(lease && { lease }) });
}

/**
 * Another stack's: a different stackUid; or the same one copied, which shows as a resource id that is not ours under another
 * project or stack name. A renamed stack keeps its ids, a replaced resource keeps its stack, so both stay ours.
 */
export function isForeign(owner: Owner, ours: Owner): boolean {
  if (owner.stackUid !== ours.stackUid) return true;
  return owner.id !== ours.id && (owner.project !== ours.project || owner.stack !== ours.stack);
}

export function leaseLost(lost: { readonly name: string; readonly host: string }, by: LeaseRecord | undefined): DrayageError {
  const taken = by === undefined ? "it was released" : `${by.holder} took it at ${by.since} (${by.purpose})`;
  return new DrayageError("LEASE_LOST", `the lease on ${lost.name} was lost: ${taken}`, {
    subject: `${lost.name} on ${lost.host}`,
    hint: "Nothing further was changed. Run the command again when the other run has ended.",
  });
}

/** @throws OWNED_ELSEWHERE */
export function refuseForeign(
  found: Pick<WorkloadRecord, "owner">,
  request: Pick<LeaseRequest, "name" | "owner" | "adopt">,
  host: string,
): void {
  if (request.adopt === true || !isForeign(found.owner, request.owner)) return;
  const { project, stack } = found.owner;
  throw new DrayageError("OWNED_ELSEWHERE", `${request.name} belongs to stack ${stack} of project ${project}`, {
    subject: `${request.name} on ${host}`,
    hint: `Change it from that stack, or take it over with \`dray adopt ${request.name}\`.`,
  });
}

/** `session`: of who is told. */
export function leaseTaken(
  lease: LeaseRecord,
  asked: { readonly name: string; readonly host: string; readonly session?: string },
): DrayageError {
  const self = lease.session === asked.session ? "this run itself" : lease.holder;
  return new DrayageError("LOCKED", `${asked.name} is being changed by ${self} since ${lease.since} (${lease.purpose})`, {
    subject: `${asked.name} on ${asked.host}`,
    hint: "Wait until it has ended; its lease ends with its process.",
  });
}

function holds(workload: WorkloadRecord, epoch: number, session: string): boolean {
  return workload.lease?.epoch === epoch && workload.lease.session === session;
}

function newWorkload(request: LeaseRequest): WorkloadRecord {
  const state = request.initialState ?? "serving";
  return { name: request.name, owner: request.owner, epoch: 0, state, volumes: {}, journal: [], releases: [] };
}

function withWorkload(record: HostRecord, identity: string, workload: WorkloadRecord | undefined): HostRecord {
  const { [identity]: _, ...others } = record.workloads;
  return { ...record, workloads: workload === undefined ? others : { ...others, [identity]: workload } };
}

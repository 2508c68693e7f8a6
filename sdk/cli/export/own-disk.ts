/**
 * Whether a workload can go on with what a host's own disk has of it, as where the disk of a machine that is lost was put into another
 * one: volumes, containers and the record are there, as that machine last wrote them. Pure.
 */
import { hasOpenMove, openMoveTo } from "../../engine/move/move-records";
import type { Owner, WorkloadRecord } from "../../engine/record/host-record";
import { refuseForeign } from "../../engine/record/lease-decisions";
import { DrayageError } from "../../spec/drayage-error";
import type { HostState, WorkloadState } from "../state/stack-state";

export interface DiskFacts {
  readonly workload: Pick<WorkloadState, "name" | "volumes" | "receipt">;
  /** Whose disk it is by now. */
  readonly host: string;
  readonly lost: Pick<HostState, "machineId">;
  /** ISO time at which the host itself had been declared lost, and the workload went on elsewhere. */
  readonly wasLost?: string | undefined;
  readonly owner: Owner;
  /** Of the workload, as it is on that disk. */
  readonly record: WorkloadRecord | undefined;
  /** Docker's names of the volumes there that carry its identity. */
  readonly found: readonly string[];
  /** Of its containers there. */
  readonly running: number;
  /** The host to which the record has handed it over has handed it on: what is here is a copy that was kept. */
  readonly handedOn: boolean;
}

export type OnDisk =
  | ServingDisk
  /** Nothing that served when it was last written. Copies that were kept are no concern of this. */
  | { readonly kind: "nothing" }
  /** There is data, and going on with it could make two of it, or half of it. */
  | { readonly kind: "refused"; readonly error: DrayageError };

export interface ServingDisk {
  readonly kind: "serves";
  readonly host: string;
  /** Names in the program. */
  readonly volumes: readonly string[];
  readonly running: number;
  /** The newest that the record there knows. `isLast`: the state knows no later one; absent where it does not tell. */
  readonly deploy?: { readonly at: string; readonly isLast?: boolean };
}

export function judgeDisk(facts: DiskFacts): OnDisk {
  const { workload, host, record, found, running } = facts;
  if (record === undefined) return found.length === 0 ? nothing : refused(noRecord(facts));
  const error = foreign(facts) ?? unsettled(facts, record);
  if (error !== undefined) return refused(error);
  const current = Object.entries(record.volumes).filter(([, { state }]) => state === "current");
  if (record.removed !== undefined || record.state === "ceded" || current.length === 0) return nothing;
  if (record.releases.length === 0) return refused(neverServed(facts));
  const there = current.filter(([, { dockerName }]) => found.includes(dockerName)).map(([name]) => name);
  const missing = workload.volumes.filter((name) => !there.includes(name));
  if (missing.length > 0) return refused(incomplete(facts, missing));
  if (facts.wasLost !== undefined) return refused(older(facts, facts.wasLost));
  return { kind: "serves", host, volumes: workload.volumes, running, ...deployOf(workload, record) };
}

const nothing: OnDisk = { kind: "nothing" };
const refused = (error: DrayageError): OnDisk => ({ kind: "refused", error });

function deployOf({ receipt }: DiskFacts["workload"], { releases }: WorkloadRecord): Pick<ServingDisk, "deploy"> {
  const last = releases.at(-1);
  if (last === undefined) return {};
  return { deploy: { at: last.at, ...(receipt?.hash && { isLast: receipt.hash === last.hash }) } };
}

function foreign({ record, owner, workload, host }: DiskFacts): DrayageError | undefined {
  if (record === undefined) return undefined;
  try {
    refuseForeign(record, { name: workload.name, owner }, host);
    return undefined;
  } catch (error) {
    return error as DrayageError;
  }
}

/** Another host decides whether this is the newest of its data. */
function unsettled({ workload: { name }, host, lost, handedOn }: DiskFacts, record: WorkloadRecord): DrayageError | undefined {
  const subject = `${name} on ${host}`;
  const { handover, arrival, removed, state } = record;
  if (removed !== undefined) return undefined;
  if (state === "ceded" && handover !== undefined && handover.machineId !== lost.machineId && !handedOn) {
    const to = handover.host;
    return new DrayageError(
      "DATA_PROTECTED",
      `The record on ${host}'s disk says that ${name} was handed over to ${to} at ${handover.at}: newer data is there.`,
      { subject, hint: `Let the program say ${to}, and run \`dray up\`: it goes on there.` },
    );
  }
  if (state !== "ceded" && hasOpenMove(record)) {
    const to = openMoveTo(record)?.host;
    const way = to === undefined ? `from ${arrival?.host ?? "another host"}` : `to ${to}`;
    return new DrayageError(
      "LOCKED",
      `A move of ${name} ${way} was open when ${host}'s disk was last written: it does not tell which host has the newest data.`,
      {
        subject,
        hint: `${to === undefined ? "" : `Where ${to} has taken it over, let the program say ${to} and run \`dray up\`. `}What is on the disk is read by: dray volumes export NAME FILE --host ${host}`,
      },
    );
  }
  return undefined;
}

function neverServed({ workload: { name }, host }: DiskFacts): DrayageError {
  return new DrayageError(
    "DATA_PROTECTED",
    `${name} has never served on ${host}'s disk: its first deployment there had not ended.`,
    {
      subject: `${name} on ${host}`,
      hint: "Restore it from an export: --from EXPORT.",
    },
  );
}

function older({ workload: { name }, host }: DiskFacts, since: string): DrayageError {
  return new DrayageError(
    "DATA_PROTECTED",
    `${host} was declared lost itself at ${since}: what it has of ${name} is of before that.`,
    {
      subject: `${name} on ${host}`,
      hint: `Restore from an export: --from EXPORT. To take what is there all the same: dray unpin ${host}, then the same command.`,
    },
  );
}

function incomplete({ workload: { name }, host }: DiskFacts, missing: readonly string[]): DrayageError {
  return new DrayageError(
    "DATA_PROTECTED",
    `${host}'s disk has not all data of ${name}: ${missing.join(", ")} is missing there.`,
    {
      subject: `${name} on ${host}`,
      hint: "The disk is older than that, or not all of it came along: dray volumes ls shows what is there. Restore from an export: --from EXPORT.",
    },
  );
}

function noRecord({ workload: { name }, host, found }: DiskFacts): DrayageError {
  return new DrayageError(
    "NOT_FOUND",
    `${host} has volumes of ${name} (${found.join(", ")}), but its record does not know them.`,
    {
      subject: `${name} on ${host}`,
      hint: `The record of the machine they come from tells whether they are the newest: bring its /var/lib/drayage to the same place on ${host}. What is in them is read by: dray volumes export NAME FILE --host ${host}`,
    },
  );
}

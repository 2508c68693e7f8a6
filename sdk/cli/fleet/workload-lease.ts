/** Acting on a workload outside an up: under its lease, and never while a move is open. */
import { hostname, userInfo } from "node:os";
import type { Owner, WorkloadRecord } from "../../engine/record/host-record";
import type { Lease } from "../../engine/record/record-store";
import { DrayageError } from "../../spec/drayage-error";
import type { FleetHost } from "./fleet";

export interface LeaseWanted {
  readonly identity: string;
  readonly workload: string;
  readonly owner: Owner;
  readonly adopt?: boolean;
  /** It deals with what no record knows, as a volume of which only the label is left. Default false: that is an error. */
  readonly unrecorded?: boolean;
}

/** @throws LOCKED when somebody else changes it or a move is open, OWNED_ELSEWHERE when it belongs to another stack. */
export async function withWorkloadLease<T>(host: FleetHost, wanted: LeaseWanted, act: (lease: Lease) => Promise<T>): Promise<T> {
  const session = await host.record.open(holderName());
  try {
    const { identity, workload: name, owner, adopt } = wanted;
    const known = (await session.read()).workloads[identity];
    if (known === undefined && !wanted.unrecorded) throw unknownHere(name, host.name);
    refuseOpenMove(known, name, host.name);
    const lease = await session.acquire({ identity, name, owner, purpose: "command", ...(adopt === undefined ? {} : { adopt }) });
    try {
      return await act(lease);
    } finally {
      await lease.release();
    }
  } finally {
    await session.close();
  }
}

export function refuseOpenMove(workload: WorkloadRecord | undefined, name: string, host: string): void {
  const open =
    workload?.journal.some((entry) => entry.step === "move") || workload?.state === "preparing" || workload?.state === "prepared";
  if (!open) return;
  throw new DrayageError("LOCKED", `A move of ${name} is open.`, {
    subject: `${name} on ${host}`,
    hint: `\`dray move ${name} --status\` says where it stands; \`dray up\` finishes or undoes it.`,
  });
}

function unknownHere(name: string, host: string): DrayageError {
  return new DrayageError("NOT_FOUND", `The record of ${host} does not know ${name}: it was not deployed there by this stack.`, {
    subject: `${name} on ${host}`,
    hint: "dray status",
  });
}

export function holderName(): string {
  return `${userInfo().username}@${hostname()} pid ${process.pid}`;
}

/**
 * A create is written down before it makes anything and struck out when all of it has settled. What a killed one left can so be told
 * from what merely lost its state, also when Pulumi's state knows nothing of it: when `dray` dies, Pulumi drops the create. Pure.
 */
import type { JournalEntry, Owner, WorkloadRecord } from "./host-record";

const step = "create";

type Journal = WorkloadRecord["journal"];

export function withCreateIntent(journal: Journal, { epoch, at }: Pick<JournalEntry, "epoch" | "at">): Journal {
  return [...withoutCreateIntent(journal), { epoch, step, phase: "intent", at }];
}

export function withoutCreateIntent(journal: Journal): Journal {
  return journal.filter((entry) => entry.step !== step);
}

/** Whether a create by this very stack began here and never ended. */
export function isLeftover({ owner, journal }: WorkloadRecord, ours: Omit<Owner, "id">): boolean {
  const own = owner.stackUid === ours.stackUid && owner.project === ours.project && owner.stack === ours.stack;
  return own && journal.some((entry) => entry.step === step);
}

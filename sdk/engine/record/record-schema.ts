/** The door through which a stored record comes in. What a later drayage added without raising the schema version is carried along. */
import { z } from "zod";
import { DrayageError } from "../../spec/drayage-error";
import type { FolderRecord, HostRecord, LeaseRecord, VolumeRecord, WorkloadRecord } from "./host-record";
import { emptyHostRecord } from "./host-record";

const text = z.string();
const epoch = z.int().nonnegative();
const detail = z.record(text, z.unknown());

const workloadStates: Record<WorkloadRecord["state"], true> = {
  serving: true,
  preparing: true,
  prepared: true,
  adopted: true,
  ceded: true,
};
const folderStates: Record<FolderRecord["state"], true> = { current: true, incoming: true, superseded: true };
const volumeStates: Record<VolumeRecord["state"], true> = { current: true, incoming: true, superseded: true, kept: true };
const purposes: Record<LeaseRecord["purpose"], true> = { up: true, move: true, destroy: true, command: true };

const owner = z.looseObject({ stackUid: text, project: text, stack: text, id: text });
const lease = z.looseObject({ epoch, holder: text, session: text, since: text, purpose: oneOf(purposes) });
const peer = { epoch, machineId: text, host: text, at: text, rootHash: text };
const hostPeer = z.looseObject({ host: text, machineId: text, engineId: text });
const volume = z.looseObject({
  dockerName: text,
  keep: z.boolean(),
  protect: z.boolean(),
  state: oneOf(volumeStates),
  since: text,
});
const journalEntry = z.looseObject({ epoch, step: text, phase: z.enum(["intent", "done"]), at: text, detail: detail.optional() });
const release = z.looseObject({
  at: text,
  hash: text,
  images: z.record(text, text),
  readySeconds: z.record(text, z.number()).optional(),
  cutSeconds: z.record(text, z.number()).optional(),
});

const workload = z.looseObject({
  name: text,
  owner,
  epoch,
  lease: lease.optional(),
  state: oneOf(workloadStates),
  handover: z.looseObject({ ...peer, engineId: text }).optional(),
  arrival: z.looseObject(peer).optional(),
  volumes: z.record(text, volume),
  folders: z.record(text, z.looseObject({ state: oneOf(folderStates), since: text })).optional(),
  journal: z.array(journalEntry),
  releases: z.array(release),
  gates: z.record(text, text).optional(),
  leftBehind: z.array(hostPeer).optional(),
  forward: z
    .looseObject({ to: hostPeer, address: text, ports: z.array(z.int()), ways: z.array(text).optional(), since: text })
    .optional(),
  forwardedFrom: z.array(hostPeer).optional(),
  removed: text.optional(),
});

const hostRecord = z.looseObject({
  schemaVersion: z.literal(emptyHostRecord.schemaVersion),
  version: epoch,
  workloads: z.record(text, workload),
});

/** @throws RECORD_UNREADABLE */
export function parseHostRecord(content: string, host: string): HostRecord {
  const value = parseJson(content, host);
  const version = z.looseObject({ schemaVersion: z.int() }).safeParse(value).data?.schemaVersion;
  if (version !== undefined && version > emptyHostRecord.schemaVersion) {
    throw unreadable(host, `it was written by a newer drayage (schema version ${version})`, {
      hint: "Upgrade drayage on this machine.",
    });
  }
  const parsed = hostRecord.safeParse(value);
  if (!parsed.success) throw unreadable(host, z.prettifyError(parsed.error).replaceAll("\n", " "), { cause: parsed.error });
  return parsed.data as HostRecord;
}

export function unreadable(host: string, reason: string, details: { hint?: string; cause?: unknown } = {}): DrayageError {
  return new DrayageError("RECORD_UNREADABLE", `the host record of ${host} cannot be read: ${reason}`, {
    subject: host,
    hint: "Nothing was changed. Look at record.json in /var/lib/drayage on the host, and restore it from a backup if it is damaged.",
    ...details,
  });
}

function parseJson(content: string, host: string): unknown {
  try {
    return JSON.parse(content);
  } catch (cause) {
    throw unreadable(host, "it is not JSON", { cause });
  }
}

function oneOf<K extends string>(names: Record<K, true>): z.ZodEnum<{ [P in K]: P }> {
  return z.enum(Object.keys(names) as [K, ...K[]]) as unknown as z.ZodEnum<{ [P in K]: P }>;
}

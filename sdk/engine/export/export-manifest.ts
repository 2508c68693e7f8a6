/** What an export says of itself. Written last: a folder without it is no export. */
import { z } from "zod";
import { DrayageError } from "../../spec/drayage-error";

export const manifestName = "manifest.json";

const exportedVolume = z.object({
  /** File in the export's folder. */
  file: z.string(),
  /** Rounds of the copy in that file, one after the other. */
  rounds: z.number().int().positive(),
  /** Over names, attributes and content of everything in the volume at `at`. */
  rootHash: z.string(),
  /** Of the regular files together. */
  bytes: z.number(),
  /** Files, folders and links. */
  files: z.number(),
  /** Of the file: its length and its SHA-256. */
  fileBytes: z.number(),
  sha256: z.string(),
});

export const exportManifest = z.object({
  schemaVersion: z.literal(1),
  kind: z.literal("drayage export"),
  workload: z.string(),
  /** Who it is, for ever: a restore takes up what has the same. */
  identity: z.string(),
  project: z.string(),
  stack: z.string(),
  /** Where it ran. */
  host: z.string(),
  machineId: z.string(),
  /** The moment whose data this is: what was written later is not in it. */
  at: z.iso.datetime(),
  /** paused: its processes stood still. stopped: they had ended. live: they wrote meanwhile, so a database may be there by halves. */
  consistency: z.enum(["paused", "stopped", "live"]),
  /** How long its services stood still. */
  heldSeconds: z.number(),
  /** Name in the program → what is in it. */
  volumes: z.record(z.string(), exportedVolume),
  /** What ran then, as its receipt says; absent where none was taken. */
  receipt: z.unknown().optional(),
});

export type ExportedVolume = z.infer<typeof exportedVolume>;
export type ExportManifest = z.infer<typeof exportManifest>;

/** @throws EXPORT_UNREADABLE */
export function readManifest(text: string, where: string): ExportManifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw unreadable(where, "is not JSON", cause);
  }
  const parsed = exportManifest.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw unreadable(where, `${issue?.path.join(".") || "it"}: ${issue?.message ?? "not an export"}`, parsed.error);
}

/** Sorts by time as text, says whose it is, and is a plain file name everywhere. */
export function exportName(workload: string, at: string): string {
  return `${workload}-${at.replace(/\.\d+Z$/, "Z").replace(/[-:]/g, "")}`;
}

function unreadable(where: string, reason: string, cause: unknown): DrayageError {
  return new DrayageError("EXPORT_UNREADABLE", `${where}/${manifestName} ${reason}`, {
    subject: where,
    hint: "Name the folder that `dray export` made; another version of drayage may have written it.",
    cause,
  });
}

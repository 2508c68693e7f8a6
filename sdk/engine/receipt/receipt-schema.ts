/** The door through which a receipt on file comes in. Fields that a later drayage added are carried along. */
import { z } from "zod";
import { DrayageError } from "../../spec/drayage-error";
import type { Receipt } from "./receipt";

const text = z.string();

const host = z.looseObject({
  address: text.optional(),
  machineId: text,
  engineId: text,
  engine: text,
  api: text,
  os: text,
  arch: text,
  kernel: text,
  cgroup: text,
  storageDriver: text,
  imageStore: text,
  securityOptions: z.array(text),
  cpus: z.number(),
  memoryBytes: z.number(),
  clockOffsetMs: z.number().optional(),
});

const image = z.looseObject({
  identity: text.optional(),
  configDigest: text.optional(),
  layers: z.array(text),
  platform: text,
  contentHash: text.optional(),
  reference: text.optional(),
});

const replica = z.looseObject({
  replica: z.number(),
  containerId: text,
  startedAt: text,
  image,
  configuration: z.record(text, z.unknown()),
  state: z.enum(["created", "running", "restarting", "paused", "exited"]),
  exitCode: z.number().optional(),
  health: z.enum(["healthy", "unhealthy", "starting", "none"]),
});

const secret = z.looseObject({
  hash: text.optional(),
  mode: text.optional(),
  owner: text.optional(),
  env: text.optional(),
  envHash: text.optional(),
});

const data = z.discriminatedUnion("kind", [
  z.looseObject({
    kind: z.literal("bytes"),
    hash: text,
    files: z.number(),
    bytes: z.number(),
    changing: z.array(text),
  }),
  z.looseObject({ kind: z.literal("fingerprint"), hash: text, service: text, bytes: z.number() }),
  z.looseObject({ kind: z.literal("skipped"), why: text }),
  z.looseObject({ kind: z.literal("unknown"), why: text }),
]);

const workload = z.looseObject({
  identity: text,
  host: text,
  services: z.record(
    text,
    z.looseObject({ replicas: z.array(replica), secrets: z.record(text, secret), configs: z.record(text, text) }),
  ),
  volumes: z.record(text, z.looseObject({ dockerName: text, usedBy: z.array(text), data })),
  networks: z.record(text, z.looseObject({ internal: z.boolean() })),
});

const receipt = z.looseObject({
  schemaVersion: z.literal(1),
  kind: z.literal("receipt"),
  takenAt: text,
  project: text,
  stack: text,
  secretsKey: text,
  hosts: z.record(text, host),
  workloads: z.record(text, workload),
});

/** `where`: the file, for messages. @throws USAGE when it is no receipt, NOT_SUPPORTED when a later version wrote it */
export function parseReceipt(content: string, where: string): Receipt {
  const value = parseJson(content, where);
  const version = z.looseObject({ kind: z.literal("receipt"), schemaVersion: z.int() }).safeParse(value).data?.schemaVersion;
  if (version !== undefined && version > 1) {
    throw new DrayageError("NOT_SUPPORTED", `It was written by a newer drayage (schema version ${version}).`, {
      subject: where,
      hint: "Upgrade drayage on this machine.",
    });
  }
  const parsed = receipt.safeParse(value);
  if (parsed.success) return parsed.data as unknown as Receipt;
  throw noReceipt(where, z.prettifyError(parsed.error).replaceAll("\n", " "), parsed.error);
}

function parseJson(content: string, where: string): unknown {
  try {
    return JSON.parse(content);
  } catch (cause) {
    throw noReceipt(where, "it is not JSON", cause);
  }
}

function noReceipt(where: string, reason: string, cause: unknown): DrayageError {
  return new DrayageError("USAGE", `This is no receipt: ${reason}`, {
    subject: where,
    hint: "`dray receipt > FILE` writes one.",
    cause,
  });
}

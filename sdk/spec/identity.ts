import { createHash, randomBytes } from "node:crypto";

/**
 * Who a resource is, for ever: 32 hex characters. `type` is the leaf type, so re-parenting keeps the identity.
 * Each part is preceded by its length: no two triples give one text.
 */
export function mintIdentity(stackUid: string, type: string, name: string): string {
  const text = [stackUid, type, name].map((part) => `${Buffer.byteLength(part)}:${part}`).join("");
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

/** A Pulumi ID: one life of a resource. Random, so that a replacement never looks like the thing it replaces. */
export function mintIncarnation(name: string, random: (bytes: number) => Buffer = randomBytes): string {
  return `${name}-${random(6).toString("hex")}`;
}

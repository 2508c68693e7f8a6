/** Host keys as ssh writes them. Pure. */
import { createHash } from "node:crypto";
import { DrayageError } from "../../spec/drayage-error";

export interface HostKey {
  /** `ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa`, … */
  readonly type: string;
  readonly base64: string;
}

/** What the program pinned: a fingerprint of any key of the host, or one full key. */
export interface Pin {
  readonly fingerprint: string;
  /** Known when a full key is pinned. */
  readonly type?: string;
}

/** @throws INVALID_PROGRAM */
export function parsePin(host: string, text: string): Pin {
  if (/^SHA256:[A-Za-z0-9+/]{43}=?$/.test(text)) return { fingerprint: text.replace(/=$/, "") };
  const key = parseHostKey(text);
  if (key !== undefined) return { fingerprint: fingerprintOf(key), type: key.type };
  throw new DrayageError("INVALID_PROGRAM", `hostKey of ${host} is neither "SHA256:" with 43 characters nor a full key`, {
    subject: `${host}.hostKey`,
    hint: "ssh-keyscan HOST | ssh-keygen -lf - prints fingerprints; compare one with what the host's console shows.",
  });
}

/** `ssh-ed25519 AAAA… comment`. */
export function parseHostKey(text: string): HostKey | undefined {
  const [type = "", base64 = ""] = text.trim().split(/\s+/);
  if (!/^[a-z0-9@.-]+$/.test(type) || !/^AAAA[A-Za-z0-9+/]+=*$/.test(base64)) return undefined;
  const blob = Buffer.from(base64, "base64");
  const named = blob.subarray(4, 4 + blob.readUInt32BE(0)).toString();
  return named === type ? { type, base64 } : undefined;
}

export const fingerprintOf = (key: HostKey): string =>
  `SHA256:${createHash("sha256").update(Buffer.from(key.base64, "base64")).digest("base64").replace(/=+$/, "")}`;

export const hostKeyText = (key: HostKey): string => `${key.type} ${key.base64}`;

/** Signature algorithms by key type; RSA keys sign with SHA-2 only. */
const algorithmsOf: Readonly<Record<string, readonly string[]>> = {
  "ssh-ed25519": ["ssh-ed25519"],
  "ecdsa-sha2-nistp256": ["ecdsa-sha2-nistp256"],
  "ecdsa-sha2-nistp384": ["ecdsa-sha2-nistp384"],
  "ecdsa-sha2-nistp521": ["ecdsa-sha2-nistp521"],
  "ssh-rsa": ["rsa-sha2-512", "rsa-sha2-256"],
};

/** What to ask a host for, `first` before the others, without the types already seen; empty when nothing is left. */
export function hostKeyAlgorithms(first: string | undefined, seen: readonly HostKey[]): readonly string[] {
  const types = Object.keys(algorithmsOf).filter((type) => !seen.some((key) => key.type === type));
  const ordered = first !== undefined && types.includes(first) ? [first, ...types.filter((type) => type !== first)] : types;
  return ordered.flatMap((type) => algorithmsOf[type] ?? []);
}

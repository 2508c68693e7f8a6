/** What the state keeps of secrets that are somewhere else: a version that counts, and a keyed hash that tells when to count. Pure. */
import { createHmac } from "node:crypto";
import type { SecretValues } from "../../spec/secret";

export interface SecretVersion {
  readonly version: number;
  /** Keyed by the workload's secret key: nobody without that key can try out values against it. */
  readonly hash: string;
  /** The version in the source's own words, where it has any. */
  readonly source?: string;
}

/** service → secret name → version. */
export type SecretVersions = Readonly<Record<string, Readonly<Record<string, SecretVersion>>>>;

export interface ReadSecret {
  readonly value: string;
  readonly version?: string;
}

export function secretHash(value: string, secretKey: string): string {
  return createHmac("sha256", secretKey).update(`secret\0${value}`).digest("hex").slice(0, 32);
}

/** Counts up where the hash is another one. `read`: what was read, by service and name. */
export function nextVersions(
  before: SecretVersions,
  read: Readonly<Record<string, Readonly<Record<string, ReadSecret>>>>,
  secretKey: string,
): SecretVersions {
  return mapNames(read, ({ value, version: source }, service, name) => {
    const known = before[service]?.[name];
    const hash = secretHash(value, secretKey);
    const version = known === undefined ? 1 : known.hash === hash ? known.version : known.version + 1;
    return { version, hash, ...(source === undefined ? {} : { source }) };
  });
}

/** `secret pg: version 3 → 4 (api, db)`, for each that was there before and is another one now. */
export function describeRotations(before: SecretVersions, after: SecretVersions): string[] {
  const services = new Map<string, string[]>();
  for (const [service, names] of Object.entries(after)) {
    for (const [name, now] of Object.entries(names)) {
      const was = before[service]?.[name];
      if (was === undefined || was.hash === now.hash) continue;
      const text = `secret ${name}: version ${wordsOf(was, now)} → ${wordsOf(now, was)}`;
      services.set(text, [...(services.get(text) ?? []), service]);
    }
  }
  return [...services].map(([text, used]) => `${text} (${used.join(", ")})`);
}

/** The keyed hashes as stand-ins of values: what decides whether a set of secrets is another one. */
export function hashesOf(versions: SecretVersions): SecretValues {
  return mapNames(versions, ({ hash }) => hash);
}

const wordsOf = (one: SecretVersion, other: SecretVersion): string =>
  one.source !== undefined && other.source !== undefined ? one.source : String(one.version);

function mapNames<T, U>(
  all: Readonly<Record<string, Readonly<Record<string, T>>>>,
  change: (value: T, service: string, name: string) => U,
): Record<string, Record<string, U>> {
  return Object.fromEntries(
    Object.entries(all).map(([service, names]) => [
      service,
      Object.fromEntries(Object.entries(names).map(([name, value]) => [name, change(value, service, name)])),
    ]),
  );
}

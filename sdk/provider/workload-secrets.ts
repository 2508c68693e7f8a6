/** Secrets that are somewhere else: read when a call needs them, and compared with what the state remembers of them. */
import type { MissingSecret, SecretReader } from "../engine/secret/open-secret-reader";
import type { ReadSecret, SecretVersions } from "../engine/secret/secret-versions";
import { DrayageError } from "../spec/drayage-error";
import type { SecretRefs, SecretValues } from "../spec/secret";
import type { SecretRef } from "../spec/secret-ref";

export interface KnownSecrets {
  /** With those values that could be read. */
  readonly secrets: SecretValues;
  /** What stands for them in comparisons: of a value that could not be read, what the state remembers. */
  readonly secretMarks: SecretValues;
  /** What the state shall say after an apply. */
  readonly versions: SecretVersions;
  /** `secret pg: version 3 → 4 (db)`. */
  readonly rotations: readonly string[];
  readonly missing: readonly MissingAt[];
}

export interface MissingAt extends MissingSecret {
  /** `services.db.secrets.pg` */
  readonly path: string;
  readonly service: string;
  readonly secret: string;
}

interface Around {
  /** Where relative paths start. */
  readonly base: string;
  readonly secretKey: string;
  /** What the state says. */
  readonly before: SecretVersions;
}

export async function readReferences(
  reader: Pick<SecretReader, "read">,
  { secrets, references }: { readonly secrets: SecretValues; readonly references: SecretRefs },
  { base, secretKey, before }: Around,
): Promise<KnownSecrets> {
  const places = placesOf(references);
  if (places.length === 0) return { secrets, secretMarks: {}, versions: {}, rotations: [], missing: [] };
  const { describeRotations, hashesOf, nextVersions } = loadVersions();
  const found = await reader.read(
    places.map(({ ref }) => ref),
    base,
  );
  const read: Record<string, Record<string, ReadSecret>> = {};
  const kept: Record<string, Record<string, SecretVersions[string][string]>> = {};
  const missing: MissingAt[] = [];
  for (const [index, { service, name, path }] of places.entries()) {
    const one = found[index];
    if (one === undefined || "problem" in one) {
      missing.push({ ...(one ?? { problem: "could not be read", hint: "" }), path, service, secret: name });
      const known = before[service]?.[name];
      kept[service] = { ...kept[service], [name]: known ?? { version: 1, hash: "unknown" } };
    } else read[service] = { ...read[service], [name]: one };
  }
  const versions = merged<SecretVersions[string][string]>(kept, nextVersions(before, read, secretKey));
  const values = Object.entries(read).map(([service, names]) => [service, mapValues(names, ({ value }) => value)] as const);
  return {
    secrets: merged(secrets, Object.fromEntries(values)),
    secretMarks: hashesOf(versions),
    versions,
    rotations: describeRotations(before, versions),
    missing,
  };
}

/** All that is missing in one error. @throws SECRET_MISSING */
export function refuseMissing(missing: readonly Pick<MissingAt, "path" | "problem" | "hint">[], subject: string): void {
  const [first] = missing;
  if (first === undefined) return;
  const lines = missing.map(({ path, problem, hint }) => `${path}: ${problem}${missing.length > 1 ? ` (${hint})` : ""}`);
  const hint = missing.length === 1 ? first.hint : "Set each of them as shown, then run the same command again.";
  throw new DrayageError("SECRET_MISSING", lines.join("\n"), { subject, hint });
}

/** What a preview says where a source is not on this machine. */
export function describeMissing({ path, problem, hint }: MissingAt): string {
  return `${path}: ${problem}; whether it changed is unknown here, and an up needs it (${hint})`;
}

interface SecretPlace {
  readonly service: string;
  readonly name: string;
  readonly path: string;
  readonly ref: SecretRef;
}

function placesOf(references: SecretRefs): SecretPlace[] {
  return Object.entries(references).flatMap(([service, names]) =>
    Object.entries(names).map(([name, ref]) => ({ service, name, ref, path: `services.${service}.secrets.${name}` })),
  );
}

type Named<T> = Readonly<Record<string, Readonly<Record<string, T>>>>;

function merged<T>(one: Named<T>, other: Named<T>): Record<string, Record<string, T>> {
  const services = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries([...services].map((service) => [service, { ...one[service], ...other[service] }]));
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

/** Most programs have no such secret. */
function loadVersions() {
  return require("../engine/secret/secret-versions") as typeof import("../engine/secret/secret-versions");
}

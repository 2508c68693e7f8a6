/** Where a secret's value is. The value is read by the provider when it is used; the state keeps a version and a keyed hash. */
import type { Place } from "./place";
import { fields, filledText, isRecord, matching, oneOf, type Reader, requireKeys } from "./read";

/** Made by `fromEnvironment`, `fromFile` and `fromSops`. */
export type SecretRef = EnvironmentSecret | FileSecret | SopsSecret;

export interface EnvironmentSecret {
  readonly from: "environment";
  readonly name: string;
}

export interface FileSecret {
  readonly from: "file";
  /** Relative to the program's folder; `~/` is the home folder. */
  readonly path: string;
}

export interface SopsSecret {
  readonly from: "sops";
  /** Relative to the program's folder; `~/` is the home folder. */
  readonly path: string;
  /** Keys joined by dots, `db.password`; a list's element by its number. */
  readonly key: string;
}

/**
 * A variable of the environment that `dray` (or `pulumi`) runs in.
 *
 * @example
 * secrets: { pg: fromEnvironment("PG_PASSWORD") }
 */
export function fromEnvironment(name: string): EnvironmentSecret {
  return { from: "environment", name };
}

/**
 * A local file that holds the value and nothing else; one line break at its end is not part of it.
 *
 * @example
 * secrets: { pg: fromFile("./secrets/pg") }
 */
export function fromFile(path: string): FileSecret {
  return { from: "file", path };
}

/**
 * One value of a file encrypted with SOPS (YAML, JSON, dotenv or INI), decrypted by the `sops` of this machine with the keys that it finds.
 *
 * @example
 * secrets: { pg: fromSops("secrets.yaml", "db.password") }
 */
export function fromSops(path: string, key: string): SopsSecret {
  return { from: "sops", path, key };
}

/** A plain value and a reference stand in the same places: this tells them apart. */
export function isReference(value: unknown): boolean {
  return isRecord(value) && Object.hasOwn(value, "from");
}

export const readSecretRef: Reader<SecretRef> = (value, place) => {
  if (!isRecord(value)) return place.expected("fromEnvironment(…), fromFile(…) or fromSops(…)", value);
  const read = bySource[String(value.from) as SecretRef["from"]];
  if (read !== undefined) return read(value, place);
  return place.key("from").expected("'environment', 'file' or 'sops'", value.from);
};

/** As a person would name it: `PG_PASSWORD`, `secrets.yaml (db.password)`. Never a value. */
export function describeSecretRef(ref: SecretRef): string {
  if (ref.from === "environment") return `the variable ${ref.name}`;
  return ref.from === "file" ? `the file ${ref.path}` : `${ref.path} (${ref.key})`;
}

const variable = matching("the name of an environment variable", /^[A-Za-z_][A-Za-z0-9_]*$/);
const keyPath = matching("keys joined by dots, such as 'db.password'", /^[^.\s]+(\.[^.\s]+)*$/);

const required =
  <T extends SecretRef>(keys: readonly string[], reader: Reader<Partial<T>>) =>
  (value: unknown, place: Place): SecretRef | undefined => {
    const read = reader(value, place);
    requireKeys(value, keys, place);
    return read !== undefined && keys.every((key) => Object.hasOwn(read, key)) ? (read as T) : undefined;
  };

const bySource = {
  environment: required<EnvironmentSecret>(["name"], fields({ from: oneOf("environment"), name: variable })),
  file: required<FileSecret>(["path"], fields({ from: oneOf("file"), path: filledText })),
  sops: required<SopsSecret>(["path", "key"], fields({ from: oneOf("sops"), path: filledText, key: keyPath })),
};

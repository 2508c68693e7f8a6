/** A value that must not be seen. By default a file 0400 at /run/secrets/NAME, owned by the service's user. */
import { fileMode } from "./file-mode";
import type { Place } from "./place";
import { compact, fields, isRecord, matching, type Reader, requireKeys, text, wholeNumber } from "./read";
import { checkName } from "./resource-name";
import { isReference, readSecretRef, type SecretRef } from "./secret-ref";

/** The value, where it is (`fromEnvironment`, `fromFile`, `fromSops`), or the long form. Compose: `secrets`. */
export type SecretInput = string | SecretRef | LongSecretInput;

export interface LongSecretInput {
  readonly value: string | SecretRef;
  /** Also set this environment variable: the value is then visible in `docker inspect`, and preview says so. Absent: file only. */
  readonly env?: string;
  /** Owner of the file. Default: the service's user. Compose: `uid`, `gid`. */
  readonly uid?: number;
  readonly gid?: number;
  /** Octal digits. Default "0400". Compose: `mode` (default there "0444"). */
  readonly mode?: string;
}

/** Never holds the value: values travel apart, by service and name. */
export interface SecretSpec {
  readonly name: string;
  readonly env?: string;
  /** Absent: the service's user. */
  readonly uid?: number;
  readonly gid?: number;
  /** Octal digits. */
  readonly mode: string;
}

/** service → secret name → value. Never part of a spec, plan, label or record. */
export type SecretValues = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** service → secret name → where its value is. Only for those given so; no part of a spec: the same value from elsewhere is no change. */
export type SecretRefs = Readonly<Record<string, Readonly<Record<string, SecretRef>>>>;

export interface ReadSecrets {
  readonly specs: readonly SecretSpec[];
  readonly values: Readonly<Record<string, string>>;
  readonly references: Readonly<Record<string, SecretRef>>;
}

export function readSecrets(value: unknown, visible: Place): ReadSecrets {
  const place = visible.hidden();
  const specs: SecretSpec[] = [];
  const values: Record<string, string> = {};
  const references: Record<string, SecretRef> = {};
  if (!isRecord(value)) {
    place.expected("an object: name → value", value);
    return { specs, values, references };
  }
  // A secret that is undefined was forgotten in the configuration: that must not pass for "no secret".
  for (const name of Object.keys(value).sort()) {
    const at = place.key(name);
    checkName("secret", name, at);
    const written = value[name];
    const long = isRecord(written) && !isReference(written);
    const read: ReturnType<typeof longSecret> = long ? longSecret(written, at) : compact({ value: valueOrPlace(written, at) });
    if (long) requireKeys(written, ["value"], at);
    if (read?.value === undefined) continue;
    const { value: content, ...rest } = read;
    if (typeof content === "string") values[name] = content;
    else references[name] = content;
    specs.push(compact({ name, ...rest, mode: read.mode ?? "0400" }) as SecretSpec);
  }
  return { specs, values, references };
}

const valueOrPlace: Reader<string | SecretRef> = (written, at) =>
  isReference(written) ? readSecretRef(written, at) : text(written, at);

const id = wholeNumber(0, 4_294_967_294);
const longSecret = fields(
  {
    value: valueOrPlace,
    env: matching("the name of an environment variable", /^[A-Za-z_][A-Za-z0-9_]*$/),
    uid: id,
    gid: id,
    mode: fileMode,
  },
  {
    target: "the file is /run/secrets/NAME: use the name",
    source: "the name is the key",
    file: "write fromFile(…) as the value",
  },
);

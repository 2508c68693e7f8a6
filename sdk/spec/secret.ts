/** A value that must not be seen. By default a file 0400 at /run/secrets/NAME, owned by the service's user. */
import { fileMode } from "./file-mode";
import type { Place } from "./place";
import { compact, fields, isRecord, matching, requireKeys, text, wholeNumber } from "./read";
import { checkName } from "./resource-name";

/** The value, or the long form. Compose: `secrets`. */
export type SecretInput = string | LongSecretInput;

export interface LongSecretInput {
  readonly value: string;
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

export interface ReadSecrets {
  readonly specs: readonly SecretSpec[];
  readonly values: Readonly<Record<string, string>>;
}

export function readSecrets(value: unknown, visible: Place): ReadSecrets {
  const place = visible.hidden();
  const specs: SecretSpec[] = [];
  const values: Record<string, string> = {};
  if (!isRecord(value)) {
    place.expected("an object: name → value", value);
    return { specs, values };
  }
  // A secret that is undefined was forgotten in the configuration: that must not pass for "no secret".
  for (const name of Object.keys(value).sort()) {
    const at = place.key(name);
    checkName("secret", name, at);
    const written = value[name];
    const read: ReturnType<typeof longSecret> = isRecord(written)
      ? longSecret(written, at)
      : compact({ value: text(written, at) });
    requireKeys(written, ["value"], at);
    if (read?.value === undefined) continue;
    const { value: content, ...rest } = read;
    values[name] = content;
    specs.push(compact({ name, ...rest, mode: read.mode ?? "0400" }) as SecretSpec);
  }
  return { specs, values };
}

const id = wholeNumber(0, 4_294_967_294);
const longSecret = fields(
  {
    value: text,
    env: matching("the name of an environment variable", /^[A-Za-z_][A-Za-z0-9_]*$/),
    uid: id,
    gid: id,
    mode: fileMode,
  },
  {
    target: "the file is /run/secrets/NAME: use the name",
    source: "the name is the key",
    file: "give the value; read the file in the program",
  },
);

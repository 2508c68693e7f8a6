/** A value that must not be seen. By default a file 0400 at /run/secrets/NAME, owned by the service's user. */

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

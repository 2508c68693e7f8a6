import { accessSync, constants } from "node:fs";
import { resolve } from "node:path";
import { type Input, type Output, secret } from "@pulumi/pulumi";
import type { Problem } from "../spec/drayage-error";
import { Place } from "../spec/place";
import { isReference, readSecretRef, type SecretRef } from "../spec/secret-ref";

/** The value, a local file that holds it (relative to the program's folder; its bytes as they are), or where it is. */
export type BuildSecretArgs = Input<string> | { readonly file: string } | SecretRef;

export interface BuildSecrets {
  /** Always secret, whatever they came from. */
  readonly values: Readonly<Record<string, Output<string>>>;
  /** Id → path as written. Read when the build needs it: what is in the file never reaches the state. */
  readonly files: Readonly<Record<string, string>>;
  /** Id → where the value is. Read when the build needs it. */
  readonly references: Readonly<Record<string, SecretRef>>;
  readonly problems: readonly Problem[];
}

export function readBuildSecrets(secrets: Readonly<Record<string, BuildSecretArgs>>, base: string): BuildSecrets {
  const problems: Problem[] = [];
  const values: Record<string, Output<string>> = {};
  const files: Record<string, string> = {};
  const references: Record<string, SecretRef> = {};
  for (const [id, written] of Object.entries(secrets)) {
    if (isReference(written)) {
      const ref = readSecretRef(written, Place.root(problems).key("secrets").key(id));
      if (ref !== undefined) references[id] = ref;
      continue;
    }
    if (!isFile(written)) {
      values[id] = secret(written as Input<string>);
      continue;
    }
    files[id] = written.file;
    const trouble = unreadable(resolve(base, written.file));
    if (trouble !== undefined) problems.push({ path: `secrets.${id}`, reason: `${written.file} ${trouble}` });
  }
  return { values, files, references, problems };
}

function unreadable(path: string): string | undefined {
  try {
    accessSync(path, constants.R_OK);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? "does not exist" : "cannot be read";
  }
}

function isFile(written: BuildSecretArgs): written is { readonly file: string } {
  return typeof written === "object" && written !== null && "file" in written && typeof written.file === "string";
}

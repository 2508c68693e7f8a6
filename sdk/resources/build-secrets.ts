import { accessSync, constants } from "node:fs";
import { resolve } from "node:path";
import { type Input, type Output, secret } from "@pulumi/pulumi";
import type { Problem } from "../spec/drayage-error";

/** The value, or a local file that holds it, relative to the program's folder. */
export type BuildSecretArgs = Input<string> | { readonly file: string };

export interface BuildSecrets {
  /** Always secret, whatever they came from. */
  readonly values: Readonly<Record<string, Output<string>>>;
  /** Id → path as written. Read when the build needs it: what is in the file never reaches the state. */
  readonly files: Readonly<Record<string, string>>;
  readonly problems: readonly Problem[];
}

export function readBuildSecrets(secrets: Readonly<Record<string, BuildSecretArgs>>, base: string): BuildSecrets {
  const problems: Problem[] = [];
  const values: Record<string, Output<string>> = {};
  const files: Record<string, string> = {};
  for (const [id, written] of Object.entries(secrets)) {
    if (!isFile(written)) {
      values[id] = secret(written);
      continue;
    }
    files[id] = written.file;
    const trouble = unreadable(resolve(base, written.file));
    if (trouble !== undefined) problems.push({ path: `secrets.${id}`, reason: `${written.file} ${trouble}` });
  }
  return { values, files, problems };
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

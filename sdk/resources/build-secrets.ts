import { readFileSync } from "node:fs";
import { type Input, type Output, secret } from "@pulumi/pulumi";
import type { Problem } from "../spec/drayage-error";

/** The value, or a local file that holds it, relative to the program's folder. */
export type BuildSecretArgs = Input<string> | { readonly file: string };

export interface BuildSecrets {
  readonly values: Readonly<Record<string, Output<string>>>;
  readonly problems: readonly Problem[];
}

/** Always secret, whatever they came from. */
export function readBuildSecrets(secrets: Readonly<Record<string, BuildSecretArgs>>): BuildSecrets {
  const problems: Problem[] = [];
  const values = Object.entries(secrets).map(([id, written]) => {
    if (!isFile(written)) return [id, secret(written)] as const;
    try {
      return [id, secret(readFileSync(written.file, "utf8"))] as const;
    } catch (error) {
      const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
      problems.push({ path: `secrets.${id}`, reason: `${written.file} ${missing ? "does not exist" : "cannot be read"}` });
      return [id, secret("")] as const;
    }
  });
  return { values: Object.fromEntries(values), problems };
}

function isFile(written: BuildSecretArgs): written is { readonly file: string } {
  return typeof written === "object" && written !== null && "file" in written && typeof written.file === "string";
}

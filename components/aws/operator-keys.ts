/** The public keys of who runs the program: what a new machine lets in when the program names none. */
import { readdirSync, readFileSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import type { Problem } from "../../sdk/spec/drayage-error";

export interface KeyPlaces {
  readonly home: string;
  /** Where relative paths start. */
  readonly base: string;
}

export type FoundKeys = { readonly keys: readonly string[] } | { readonly problem: Problem };

/** The halves beside `identityFile`, else `~/.ssh/id_*.pub`. */
export function operatorKeys(identityFile: readonly string[], { home, base }: KeyPlaces): FoundKeys {
  if (identityFile.length === 0) {
    const folder = join(home, ".ssh");
    const files = namesIn(folder).filter((name) => /^id_.*\.pub$/.test(name));
    const keys = files.sort().flatMap((name) => keyIn(join(folder, name)) ?? []);
    return keys.length > 0
      ? { keys }
      : missing("authorizedKeys", "is missing, and there is no ~/.ssh/id_*.pub: nobody could log in");
  }
  const read = identityFile.map((file) => ({ file, key: keyIn(`${placed(file, home, base)}.pub`) }));
  const without = read.find(({ key }) => key === undefined);
  return without === undefined
    ? { keys: read.flatMap(({ key }) => key ?? []) }
    : missing(
        "authorizedKeys",
        `is missing, and there is no ${without.file}.pub: ssh-keygen -y -f ${without.file} tells the public half`,
      );
}

const missing = (path: string, reason: string): FoundKeys => ({ problem: { path, reason } });

function placed(file: string, home: string, base: string): string {
  if (file.startsWith("~/")) return join(home, file.slice(2));
  return isAbsolute(file) ? file : resolve(base, file);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function keyIn(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim().split("\n")[0];
  } catch {
    return undefined;
  }
}

/** Stands before the system's ssh on PATH and writes down how it is called: what was dialled, and how often. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface SshSpy {
  /** To be given to a run. */
  readonly env: NodeJS.ProcessEnv;
  /** Calls that dial this address; what is asked of a connection that is up already is none. */
  dials(address: string): string[];
  forget(): void;
}

/** @param folder of the test's own. */
export function sshSpy(folder: string): SshSpy {
  const bin = join(folder, "ssh-spy");
  const log = join(bin, "calls");
  const real = execFileSync("sh", ["-c", "command -v ssh"], { encoding: "utf8" }).trim();
  mkdirSync(bin);
  writeFileSync(log, "");
  writeFileSync(join(bin, "ssh"), `#!/bin/sh\necho "$*" >> '${log}'\nexec '${real}' "$@"\n`, { mode: 0o755 });
  return {
    env: { PATH: `${bin}:${process.env.PATH}` },
    dials(address) {
      const calls = readFileSync(log, "utf8").split("\n");
      return calls.filter((call) => call.includes(address) && !/ -O \w+/.test(` ${call}`));
    },
    forget: () => writeFileSync(log, ""),
  };
}

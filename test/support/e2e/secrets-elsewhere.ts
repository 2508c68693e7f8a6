/** Secrets outside the program's folder: a file in clear, and one of SOPS where the tools for it were obtained. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toolsPath } from "../test-tools";

export interface SecretsElsewhere {
  /** The file in clear. */
  readonly local: string;
  /** The SOPS file, with the value under `app.sealed`; undefined without sops and age. */
  readonly sealed: string | undefined;
  /** What `dray` needs to find and open it. */
  readonly env: NodeJS.ProcessEnv;
  remove(): void;
}

export function putSecretsElsewhere(values: { readonly local: string; readonly sealed: string }): SecretsElsewhere {
  const folder = mkdtempSync(join(tmpdir(), "drayage-elsewhere-"));
  const at = (name: string) => join(folder, name);
  writeFileSync(at("local"), `${values.local}\n`, { mode: 0o600 });
  const env = { PATH: `${toolsPath}:${process.env.PATH}`, SOPS_AGE_KEY_FILE: at("key") };
  const common = { local: at("local"), env, remove: () => rmSync(folder, { recursive: true, force: true }) };
  if (!["sops", "age-keygen"].every((program) => existsSync(join(toolsPath, program)))) {
    process.stderr.write("    without sops and age: the secret of a SOPS file is left out\n");
    return { ...common, sealed: undefined };
  }
  const options = { env: { ...process.env, ...env }, stdio: "ignore" } as const;
  execFileSync("age-keygen", ["-o", at("key")], options);
  const recipient = /age1\w+/.exec(readFileSync(at("key"), "utf8"))?.[0] ?? "";
  writeFileSync(at("sealed.yaml"), `app:\n  sealed: ${values.sealed}\n`);
  execFileSync("sops", ["--encrypt", "--age", recipient, "--in-place", at("sealed.yaml")], options);
  return { ...common, sealed: at("sealed.yaml") };
}

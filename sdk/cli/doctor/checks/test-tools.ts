/** Programs that this project's own tests run against. Not for users: `dray doctor` does not ask for them. Without one its tests are skipped. */
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { aptExtract } from "../apt-extract";
import type { Check, Machine } from "../check";
import { runProgram } from "../run-program";

/** Folder of the cache that looks like a root: `usr/bin/…`. */
export const toolsFolder = (cacheDir: string): string => join(cacheDir, "test-tools");

const bin = ({ cacheDir }: Pick<Machine, "cacheDir">, program: string) => join(toolsFolder(cacheDir), "usr/bin", program);

const sopsModule = "github.com/getsops/sops/v3/cmd/sops@v3.9.0";

export const registryCheck = toolCheck("registry", ["docker-registry"], (machine) =>
  aptExtract(machine, "docker-registry", toolsFolder(machine.cacheDir)),
);

export const ageCheck = toolCheck("age", ["age", "age-keygen"], (machine) =>
  aptExtract(machine, "age", toolsFolder(machine.cacheDir)),
);

/** In no Debian release; its Go module builds in about a minute, once. */
export const sopsCheck = toolCheck("sops", ["sops"], async (machine) => {
  machine.context.report.say("info", "Building sops from its Go module (about a minute, once)");
  const folder = join(toolsFolder(machine.cacheDir), "usr/bin");
  await mkdir(folder, { recursive: true });
  const env = { ...machine.env, GOBIN: folder, GOFLAGS: "-trimpath" };
  const ended = await runProgram("go", ["install", "-ldflags", "-s -w", sopsModule], { env, signal: machine.context.signal });
  if (ended.code === 0) return undefined;
  return ended.code === 127 ? "Go is not installed" : `go install failed: ${ended.stderr.trim().split("\n").at(-1)}`;
});

function toolCheck(name: string, programs: readonly string[], get: (machine: Machine) => Promise<string | undefined>): Check {
  return {
    name,
    hint: `Do without the tests that need it.`,
    look: async (machine) => {
      const missing = programs.filter((program) => !existsSync(bin(machine, program)));
      return missing.length === 0 ? { ok: true, detail: bin(machine, programs[0] ?? "") } : { ok: false, detail: "not there" };
    },
    obtain: async (machine) => {
      const hindrance = await get(machine);
      return {
        ok: true,
        detail: hindrance === undefined ? bin(machine, programs[0] ?? "") : `none (${hindrance}): its tests are skipped`,
      };
    },
  };
}

import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DrayageError } from "../../../spec/drayage-error";
import type { Machine } from "../check";
import { runProgram } from "../run-program";
import { cachedPulumi, oldestPulumi } from "./find-pulumi";

/**
 * Builds the Pulumi CLI and its language host for Node from Go modules: about two minutes, once. For machines that reach a Go
 * module proxy and not Pulumi's own site.
 * @throws DrayageError PULUMI_MISSING
 */
export async function buildPulumi(machine: Machine): Promise<void> {
  machine.context.report.say("info", `Building the Pulumi CLI ${oldestPulumi} from its Go modules (about two minutes, once)`);
  const target = cachedPulumi(machine.cacheDir);
  const root = join(machine.cacheDir, "pulumi");
  await buildModule(machine, languageHost, join(root, "lang"), join(dirname(target), "pulumi-language-nodejs"));
  // The CLI last: once it is there, the whole is.
  await buildModule(machine, cli, join(root, "src"), target);
}

interface GoProgram {
  readonly module: string;
  readonly requires: readonly string[];
  readonly replaces: readonly string[];
  readonly program: string;
  readonly flags: readonly string[];
}

const sdkVersion = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

const cli: GoProgram = {
  module: "drayage.invalid/pulumi",
  requires: [`github.com/pulumi/pulumi/pkg/v3 v${oldestPulumi}`, `github.com/pulumi/pulumi/sdk/v3 v${oldestPulumi}`],
  // The CLI's own replacements: they do not come with a module that is required.
  replaces: [
    "github.com/atotto/clipboard => github.com/tgummerer/clipboard v0.0.0-20241001131231-d02d263e614e",
    "golang.org/x/text => golang.org/x/text v0.3.8",
  ],
  program: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
  flags: ["-tags", "osusergo,grpcnotrace", "-ldflags", `-w -s -X ${sdkVersion}=v${oldestPulumi}`],
};

// The language host of the CLI's own release is not a module; this one is the last that is, and runs beside it.
const languageHost: GoProgram = {
  module: "drayage.invalid/language",
  requires: ["github.com/pulumi/pulumi/sdk/v3 v3.68.0"],
  replaces: [],
  program: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
  flags: ["-ldflags", `-w -s -X ${sdkVersion}=v3.68.0`],
};

async function buildModule(machine: Machine, program: GoProgram, folder: string, target: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "go.mod"), goMod(program));
  await writeFile(join(folder, "tools.go"), `//go:build tools\n\npackage tools\n\nimport _ "${program.program}"\n`);
  const made = join(folder, "built");
  const args = ["build", "-mod=mod", "-trimpath", ...program.flags, "-o", made, program.program];
  const ended = await runProgram("go", args, { env: machine.env, cwd: folder, signal: machine.context.signal });
  if (ended.code !== 0) throw notBuilt(program, ended.code === 127 ? "Go is not installed" : ended.stderr.trim().slice(-800));
  await mkdir(dirname(target), { recursive: true });
  await rename(made, target);
}

function goMod({ module, requires, replaces }: GoProgram): string {
  const lines = [...requires.map((line) => `require ${line}`), ...replaces.map((line) => `replace ${line}`)];
  return `module ${module}\n\ngo 1.25.11\n\n${lines.join("\n")}\n`;
}

function notBuilt(program: GoProgram, why: string): DrayageError {
  return new DrayageError("PULUMI_MISSING", `${program.program} could not be built: ${why}`, {
    subject: "pulumi",
    hint: "Install the Pulumi CLI as https://www.pulumi.com/docs/install says; it may lie on PATH or in ~/.pulumi/bin.",
  });
}

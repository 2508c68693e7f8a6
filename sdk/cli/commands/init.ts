import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { Command } from "commander";
import { DrayageError } from "../../spec/drayage-error";
import { withExamples } from "../common-options";
import { programFiles } from "../init/program-files";
import { printDocument } from "../json-output";
import type { Terminal } from "../terminal/terminal";
import { version } from "../version";

interface InitOptions {
  readonly name?: string;
  readonly drayage?: string;
  readonly json?: boolean;
}

export function initCommand(terminal: Terminal): Command {
  const command = new Command("init")
    .argument("[dir]", "folder to write into", ".")
    .option("--name <name>", "project name (default: the folder's)")
    .option("--drayage <spec>", "what package.json asks for (default: this version)")
    .option("--json", "machine-readable output (docs/json.md)")
    .action((dir: string, options: InitOptions) => init(dir, options, terminal));
  return withExamples(command, "dray init shop", "dray init --name shop .");
}

function init(dir: string, options: InitOptions, terminal: Terminal): void {
  const folder = resolve(terminal.cwd, dir);
  const name = options.name ?? projectNameOf(basename(folder));
  if (!/^[a-z][a-z0-9-]{1,39}$/.test(name)) {
    throw new DrayageError("USAGE", `${JSON.stringify(name)} is no project name.`, {
      hint: "Use 2 to 40 lower-case letters, digits and dashes: --name shop.",
    });
  }
  const files = programFiles({ name, drayage: options.drayage ?? `^${version()}` });
  const taken = Object.keys(files).filter((path) => existsSync(join(folder, path)));
  if (taken.length > 0) {
    throw new DrayageError("NAME_TAKEN", `There already is ${taken.join(", ")}; nothing was written.`, {
      subject: folder,
      hint: "Choose an empty folder: dray init DIR.",
    });
  }
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text, { flag: "wx" });
  }
  if (options.json) printDocument(terminal, "init", { dir: folder, name, files: Object.keys(files) });
  else terminal.out(afterword(name, relative(terminal.cwd, folder) || ".", Object.keys(files), terminal));
}

function projectNameOf(folder: string): string {
  return folder
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, "-")
    .replace(/^[^a-z]+|-+$/g, "");
}

function afterword(name: string, folder: string, files: readonly string[], { paint }: Terminal): string {
  return `Wrote ${files.join(", ")} in ${folder}.

${paint.bold("Try it on two throw-away hosts")}
  ${folder === "." ? "" : `cd ${folder} && `}npm install
  npx dray lab up --hosts rack,cloud --config Pulumi.dev.yaml
  npx dray up
  npx dray move ${name} --to cloud    or change \`host: rack\` to \`host: cloud\` and run \`npx dray up\`
  npx dray lab down

${paint.bold("Commit")}  everything here, package-lock.json, Pulumi.<stack>.yaml (configuration, encrypted secrets, the stack's identity)
        and the stack's pins file when there is one. Not committed: .drayage/ (state and passphrase of this laptop).

${paint.bold("A second laptop")}  needs the same state and passphrase, and they are not in git. Either copy .drayage/ over a channel you trust and
        let one person deploy at a time, or use a backend for all: \`pulumi login s3://…\` (or another) and PULUMI_CONFIG_PASSPHRASE.
`;
}

/** A project folder with echo resources, a home and a Pulumi home of its own; removed by `remove`. */
import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { PulumiResult } from "../../sdk/cli/pulumi/pulumi-run";
import { testPulumi } from "./find-pulumi";
import type { InlineRun } from "./run-inline";

const root = resolve(__dirname, "../..");

export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export type InlineResult = PulumiResult & {
  readonly steps: readonly string[];
  readonly planned: readonly string[];
  readonly seconds: number;
};

/** `more`: for each of its runs. `providerPort`: of a provider for drayage's resources in this process, instead of echo resources. */
export function makeEchoProject(program: string, more: NodeJS.ProcessEnv = {}, providerPort?: number) {
  const folder = mkdtempSync(join(tmpdir(), "drayage-echo-"));
  const project = join(folder, "project");
  const plugin = join(folder, "plugin");
  for (const path of [project, plugin, join(folder, "home")]) mkdirSync(path);
  symlinkSync(join(root, "node_modules"), join(project, "node_modules"));
  const pulumiYaml = `name: shop\nruntime: nodejs\nplugins:\n  providers:\n    - name: drayage\n      path: ${plugin}\n`;
  writeFileSync(join(project, "Pulumi.yaml"), pulumiYaml);
  writeFileSync(
    join(project, "tsconfig.json"),
    JSON.stringify({ compilerOptions: { noCheck: true, target: "ES2022", module: "node16", moduleResolution: "node16" } }),
  );
  writeFileSync(join(project, "index.ts"), program);
  const start = [
    `require(${JSON.stringify(join(root, "node_modules/sucrase/register/ts"))});`,
    `require(${JSON.stringify(join(root, "test/support/echo-plugin.ts"))});`,
  ];
  writeFileSync(join(plugin, "pulumi-resource-drayage"), ["#!/usr/bin/env node", ...start, ""].join("\n"));
  chmodSync(join(plugin, "pulumi-resource-drayage"), 0o755);

  const { PULUMI_BACKEND_URL: _backend, PULUMI_CONFIG_PASSPHRASE: _passphrase, ...own } = process.env;
  const env = { ...own, HOME: join(folder, "home"), PULUMI_HOME: join(folder, "home", ".pulumi"), ...more };
  const command = testPulumi();
  const run = (file: string, args: readonly string[], extra: NodeJS.ProcessEnv = {}) =>
    new Promise<Ended>((done) => {
      execFile(file, args, { cwd: project, env: { ...env, ...extra }, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
        done({ exitCode: error === null ? 0 : Number(error.code ?? 1), stdout, stderr });
      });
    });
  return {
    folder: project,
    write: (name: string, content: string) => writeFileSync(join(project, name), content),
    read: (name: string) => readFileSync(join(project, name), "utf8"),
    /** As `dray` does it: program and provider in one process, the embedded backend. */
    async inline(action: InlineRun["action"], flags: readonly string[] = []): Promise<InlineResult> {
      const request: InlineRun = {
        action,
        workDir: project,
        stack: "dev",
        command,
        flags,
        ...(providerPort !== undefined && { providerPort }),
      };
      const script = join(root, "test/support/run-inline.ts");
      const ended = await run(process.execPath, [
        "-r",
        join(root, "node_modules/sucrase/register/ts"),
        script,
        JSON.stringify(request),
      ]);
      const line = ended.stdout.trim().split("\n").at(-1) ?? "";
      if (!line.startsWith("{")) throw new Error(`no result: ${ended.stdout}${ended.stderr}`);
      return JSON.parse(line) as InlineResult;
    },
    /** As a person without `dray`: the provider found by its path, the state in the same folder. */
    plain: (...args: string[]) =>
      run(command, [...args, "--stack", "dev", "--non-interactive", "--color=never"], {
        PULUMI_BACKEND_URL: `file://${project}/.drayage/state`,
        PULUMI_CONFIG_PASSPHRASE_FILE: join(project, ".drayage/passphrase"),
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_DISABLE_REGISTRY_RESOLVE: "true",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

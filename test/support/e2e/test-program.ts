/** A user's program in a folder of its own, deployed as a user does it; everything it made goes when the suite ends. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, parseDocument } from "yaml";
import { type Ran, run, Workspace } from "../../../demo/workspace";
import { ensureStackUid } from "../../../sdk/cli/pulumi/stack-file";
import { writeLabConfig } from "../../../sdk/lab/write-lab-config";
import { testPulumi } from "../find-pulumi";
import { noteBuilt } from "./built-images";
import { repository, runRoot, runtimeFolder } from "./e2e-run";
import type { EngineView } from "./engine-view";
import type { TestHosts } from "./test-hosts";

export interface ProgramOptions {
  /** Relative to the repository: `test/fixtures/programs/notes`, `stacks/three-tier`. */
  readonly folder: string;
  /** Unique among the suites: it names logs too. */
  readonly stack: string;
  /** Told to the stack's configuration. Absent: a program that needs no lab. */
  readonly hosts?: TestHosts;
  /** Where its objects are looked for at the end; default the lab's hosts. */
  readonly engines?: readonly EngineView[];
  /** Secret configuration. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Keys of the project; maps are written as maps. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** For each of its runs, beside what every program gets. */
  readonly env?: NodeJS.ProcessEnv;
  /** Default: a new one. The same as another's: what a copied stack file is. */
  readonly stackUid?: string;
  /** Replacements in index.ts before anything runs. */
  readonly edits?: readonly (readonly [from: string, to: string])[];
}

export interface DrayOptions {
  readonly signal?: AbortSignal;
  readonly env?: NodeJS.ProcessEnv;
  readonly stdin?: string;
}

/** One line of `--json`. */
export type JsonLine = Readonly<Record<string, unknown>> & { readonly event?: string };

export class TestProgram {
  readonly stack: string;
  private readonly runs: string[] = [];
  /** Uids of further stacks. */
  private readonly others: string[] = [];

  private constructor(
    private readonly workspace: Workspace,
    private readonly options: ProgramOptions,
    readonly project: string,
    /** Labels of all its Docker objects carry it. */
    readonly stackUid: string,
  ) {
    this.stack = options.stack;
  }

  static async open(options: ProgramOptions): Promise<TestProgram> {
    const workspace = Workspace.create(repository, options.folder, join(runRoot(), "programs"));
    const { name } = parse(readFileSync(join(workspace.dir, "Pulumi.yaml"), "utf8")) as { name: string };
    const stackFile = join(workspace.dir, `Pulumi.${options.stack}.yaml`);
    const { stackUid } = options;
    const uid = stackUid === undefined ? ensureStackUid(stackFile) : ensureStackUid(stackFile, () => stackUid);
    if (options.hosts !== undefined) await writeLabConfig(options.hosts.lab.state, stackFile);
    const program = new TestProgram(workspace, options, name, uid);
    for (const [key, value] of Object.entries(options.config ?? {})) program.configure(key, value);
    for (const [from, to] of options.edits ?? []) program.edit(from, to);
    for (const [key, value] of Object.entries(options.secrets ?? {})) await program.setSecret(key, value);
    return program;
  }

  get dir(): string {
    return this.workspace.dir;
  }

  get stackFile(): string {
    return join(this.dir, `Pulumi.${this.stack}.yaml`);
  }

  /** Where Pulumi keeps what it knows. */
  get stateFile(): string {
    return join(this.dir, ".drayage/state/.pulumi/stacks", this.project, `${this.stack}.json`);
  }

  get locks(): string[] {
    const folder = join(this.dir, ".drayage/state/.pulumi/locks");
    if (!existsSync(folder)) return [];
    return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".json"));
  }

  /** The resource's ID as the state has it: which incarnation Pulumi knows. */
  idInState(type: string, name: string): string | undefined {
    const { checkpoint } = JSON.parse(readFileSync(this.stateFile, "utf8")) as Checkpoint;
    return checkpoint.latest?.resources?.find(({ urn, delete: pending }) => !pending && urn.endsWith(`${type}::${name}`))?.id;
  }

  edit(from: string, to: string): void {
    this.workspace.edit(from, to);
  }

  read(file: string): string {
    return readFileSync(join(this.dir, file), "utf8");
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.dir, file), text);
  }

  /** A key of the project in the stack's file; a map may be given. */
  configure(key: string, value: unknown, stack = this.stack): void {
    const file = join(this.dir, `Pulumi.${stack}.yaml`);
    const document = parseDocument(readFileSync(file, "utf8"));
    document.setIn(["config", `${this.project}:${key}`], document.createNode(value));
    writeFileSync(file, document.toString({ lineWidth: 0 }));
  }

  async setSecret(key: string, value: string, stack = this.stack): Promise<void> {
    const ran = await this.dray(["pulumi", "--stack", stack, "--", "config", "set", "--secret", key], { stdin: value });
    if (ran.exitCode !== 0) throw new Error(ran.stderr);
  }

  /** Another stack of the program on the same lab; from then on commands have to name theirs. Yields its uid. */
  async addStack(stack: string, options: Pick<ProgramOptions, "secrets" | "config"> = {}): Promise<string> {
    const file = join(this.dir, `Pulumi.${stack}.yaml`);
    const uid = ensureStackUid(file);
    this.others.push(uid);
    if (this.options.hosts !== undefined) await writeLabConfig(this.options.hosts.lab.state, file);
    for (const [key, value] of Object.entries(options.config ?? {})) this.configure(key, value, stack);
    for (const [key, value] of Object.entries(options.secrets ?? {})) await this.setSecret(key, value, stack);
    return uid;
  }

  /** The stack is this program's only one, so no command has to name it. */
  async dray(args: readonly string[], options: DrayOptions = {}): Promise<Ran> {
    const ran = await this.workspace.dray(args, { ...options, env: { ...this.environment(), ...options.env } });
    return this.noted(`dray ${args.join(" ")}`, ran);
  }

  /** As a person without `dray` does it: the CLI, the language host beside it, our plugin found by its path. */
  async pulumi(args: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<Ran> {
    const words = [...args, "--stack", this.stack, "--non-interactive", "--color=never"];
    const env = {
      ...this.environment(),
      PULUMI_BACKEND_URL: `file://${join(this.dir, ".drayage/state")}`,
      PULUMI_CONFIG_PASSPHRASE_FILE: join(this.dir, ".drayage/passphrase"),
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_REGISTRY_RESOLVE: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      ...more,
    };
    return this.noted(`pulumi ${args.join(" ")}`, await run(testPulumi(), words, this.dir, { env }));
  }

  /** Runs a command that must end well. */
  async does(...args: string[]): Promise<Ran> {
    return expectedToEnd(0, args, await this.dray(args));
  }

  /** Runs a command that must end with this code. */
  async ends(exitCode: number, ...args: string[]): Promise<Ran> {
    return expectedToEnd(exitCode, args, await this.dray(args));
  }

  up(...args: string[]): Promise<Ran> {
    return this.does("up", "--yes", ...args);
  }

  /** `--json` of a command; throws where a line of stdout is not JSON. */
  async json(...args: string[]): Promise<{ readonly exitCode: number; readonly lines: JsonLine[]; readonly ran: Ran }> {
    const ran = await this.dray([...args, "--json"]);
    return { exitCode: ran.exitCode, lines: jsonLines(ran.stdout), ran };
  }

  /** What this process's own environment would change about a run is taken away; `undefined` unsets. */
  environment(): NodeJS.ProcessEnv {
    const root = runRoot();
    return {
      PULUMI_BACKEND_URL: undefined,
      PULUMI_CONFIG_PASSPHRASE: undefined,
      PULUMI_STACK: undefined,
      PULUMI_HOME: join(root, "pulumi-home"),
      DRAYAGE_RUNTIME_DIR: runtimeFolder(root),
      NO_COLOR: "1",
      ...this.options.env,
    };
  }

  /** By label, so that it works after any failure. Keeps what explains a failure in `.drayage/e2e/<stack>`. */
  async remove(): Promise<void> {
    const { hosts } = this.options;
    const engines = this.options.engines ?? (hosts === undefined ? [] : [hosts.rack.engine, hosts.cloud.engine]);
    if ((globalThis as { e2eFailed?: boolean }).e2eFailed) await this.keepEvidence(engines);
    for (const uid of [this.stackUid, ...this.others]) for (const engine of engines) await engine.removeAll(uid);
    noteBuilt(runRoot(), join(this.dir, ".drayage/state"));
    this.workspace.remove();
  }

  /** All that its commands have written so far. */
  printed(): string {
    return this.runs.join("\n");
  }

  private noted(command: string, ran: Ran): Ran {
    const head = `$ ${command}\n# ended with ${ran.exitCode} after ${ran.seconds.toFixed(1)} s`;
    this.runs.push(`${head}\n${ran.stdout}\n# stderr\n${ran.stderr}\n`);
    return ran;
  }

  private async keepEvidence(engines: readonly EngineView[]): Promise<void> {
    const folder = join(repository, ".drayage/e2e", this.stack);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "runs.txt"), this.runs.join("\n"));
    if (existsSync(this.stateFile)) copyFileSync(this.stateFile, join(folder, "state.json"));
    for (const engine of engines) {
      const containers = await engine.containers(this.stackUid).catch(() => []);
      for (const { name, id } of containers) {
        const inspected = await engine.inspect(id).catch(String);
        writeFileSync(join(folder, `${engine.name} ${name}.json`), JSON.stringify(inspected, null, 2));
        writeFileSync(join(folder, `${engine.name} ${name}.txt`), await engine.docker("logs", "--tail", "200", id).catch(String));
      }
    }
    process.stderr.write(`    what was run and found is in ${folder}\n`);
  }
}

interface Checkpoint {
  readonly checkpoint: {
    readonly latest?: {
      readonly resources?: readonly { readonly urn: string; readonly id?: string; readonly delete?: boolean }[];
    };
  };
}

export function jsonLines(stdout: string): JsonLine[] {
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as JsonLine);
}

function expectedToEnd(exitCode: number, args: readonly string[], ran: Ran): Ran {
  if (ran.exitCode === exitCode) return ran;
  throw new Error(`dray ${args.join(" ")} ended with ${ran.exitCode} instead of ${exitCode}:\n${ran.stdout}\n${ran.stderr}`);
}

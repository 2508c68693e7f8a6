/** A program in a folder of its own with a stack `dev` that knows the lab's hosts: run by `dray`, or against echo handlers. */
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, parseDocument } from "yaml";
import { type Ran, Workspace } from "../../../demo/workspace";
import { withLabConfig } from "../../../sdk/lab/write-lab-config";
import type { BenchContext } from "../bench";
import type { BenchLab } from "./bench-lab";
import { buildSettings } from "./build-settings";

export interface ProgramOptions {
  /** Folder of the program, relative to the checkout. */
  readonly folder: string;
  /** Where the runs keep their connections. */
  readonly runtimeDir: string;
  readonly config?: Readonly<Record<string, string | number>>;
  readonly secrets?: Readonly<Record<string, string>>;
  /** Folders of the checkout that the program has as folders of its own. */
  readonly include?: Readonly<Record<string, string>>;
}

export class Program {
  private constructor(
    private readonly context: BenchContext,
    private readonly workspace: Workspace,
    private readonly runtimeDir: string,
  ) {}

  static async create(context: BenchContext, lab: BenchLab, options: ProgramOptions): Promise<Program> {
    const workspace = Workspace.create(context.repository, options.folder);
    for (const [name, source] of Object.entries(options.include ?? {}))
      cpSync(join(context.repository, source), join(workspace.dir, name), { recursive: true });
    const program = new Program(context, workspace, options.runtimeDir);
    writeFileSync(program.stackFile, withLabConfig("", program.project, lab.state));
    program.configure({ ...buildSettings(context.env).config, ...options.config });
    for (const [name, value] of Object.entries(options.secrets ?? {}))
      await program.dray(["pulumi", "--stack", "dev", "--", "config", "set", "--secret", name], { stdin: value });
    return program;
  }

  get dir(): string {
    return this.workspace.dir;
  }

  get stackFile(): string {
    return join(this.dir, "Pulumi.dev.yaml");
  }

  get project(): string {
    return (parse(readFileSync(join(this.dir, "Pulumi.yaml"), "utf8")) as { name: string }).name;
  }

  configure(values: Readonly<Record<string, string | number>>): void {
    const document = parseDocument(readFileSync(this.stackFile, "utf8"));
    for (const [name, value] of Object.entries(values)) document.setIn(["config", `${this.project}:${name}`], String(value));
    writeFileSync(this.stackFile, document.toString({ lineWidth: 0 }));
  }

  edit(from: string, to: string): void {
    this.workspace.edit(from, to);
  }

  /** @throws when `dray` fails, with what it said. */
  async dray(args: readonly string[], { runtimeDir = this.runtimeDir, stdin = "", ends = [0] } = {}): Promise<Ran> {
    const env = { ...this.context.env, DRAYAGE_RUNTIME_DIR: runtimeDir };
    const ran = await this.workspace.dray(args, { env, stdin, signal: this.context.signal });
    if (ends.includes(ran.exitCode)) return ran;
    throw new Error(`dray ${args.join(" ")} ended with ${ran.exitCode}:\n${tail(ran.stdout)}\n${tail(ran.stderr)}`);
  }

  up(...flags: string[]): Promise<Ran> {
    return this.dray(["up", "--stack", "dev", "--yes", ...flags]);
  }

  /** Seconds of an `up` or a preview of the whole process. @throws when it found something to do. */
  async unchanged(action: "up" | "preview", runtimeDir = this.runtimeDir): Promise<number> {
    const flags = action === "up" ? ["--yes"] : [];
    const ran = await this.dray([action, "--stack", "dev", ...flags], { runtimeDir });
    if (!/no change/i.test(ran.stdout)) throw new Error(`dray ${action} found something to do:\n${ran.stdout}`);
    return ran.seconds;
  }

  remove(): void {
    this.workspace.remove();
  }
}

const tail = (text: string): string => text.trim().split("\n").slice(-15).join("\n");

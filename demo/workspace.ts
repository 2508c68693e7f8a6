/** A copy of a program of stacks/ outside the tree, with the lab's addresses in its stack file: what demo and tests run. */
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

export interface RunOptions {
  /** Copies output to this process's own while it arrives. */
  readonly echo?: boolean;
  readonly env?: NodeJS.ProcessEnv;
  readonly stdin?: string;
  readonly signal?: AbortSignal;
}

export class Workspace {
  private constructor(
    readonly dir: string,
    private readonly repository: string,
  ) {}

  /**
   * @param repository the checkout whose built `dray` and node_modules are used.
   * @param folder the program, relative to it.
   * @param parent where the copy is made.
   */
  static create(repository: string, folder: string, parent = tmpdir()): Workspace {
    const dir = mkdtempSync(join(parent, `drayage-${basename(folder)}-`));
    cpSync(join(repository, folder), dir, {
      recursive: true,
      filter: (path) => !/node_modules|\.drayage|Pulumi\.\w+\.yaml$/.test(path),
    });
    linkModules(repository, join(dir, "node_modules"));
    return new Workspace(dir, repository);
  }

  get entry(): string {
    return join(this.dir, "index.ts");
  }

  /** The edit a user would make; fails when the line is not there, so that a demo cannot show nothing. */
  edit(from: string, to: string): void {
    const text = readFileSync(this.entry, "utf8");
    if (!text.includes(from)) throw new Error(`${this.entry} does not contain: ${from}`);
    writeFileSync(this.entry, text.replace(from, to));
  }

  dray(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
    return run(process.execPath, [join(this.repository, "dist/sdk/cli/main.js"), ...args], this.dir, options);
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}

export function run(command: string, args: readonly string[], cwd: string, options: RunOptions = {}): Promise<Ran> {
  const started = performance.now();
  return new Promise((done, fail) => {
    const child = spawn(command, [...args], { cwd, env: { ...process.env, ...options.env }, signal: options.signal });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => {
      out.push(chunk);
      if (options.echo) process.stdout.write(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      err.push(chunk);
      if (options.echo) process.stderr.write(chunk);
    });
    child.stdin.end(options.stdin ?? "");
    child.on("error", fail);
    child.on("close", (code) =>
      done({
        exitCode: code ?? 1,
        stdout: Buffer.concat(out).toString(),
        stderr: Buffer.concat(err).toString(),
        seconds: (performance.now() - started) / 1000,
      }),
    );
  });
}

/** The program sees drayage as an installed package; everything else comes from the checkout. */
function linkModules(repository: string, target: string): void {
  mkdirSync(target, { recursive: true });
  symlinkSync(repository, join(target, "drayage"));
  for (const name of ["@pulumi", "typescript", "@types"]) {
    const source = resolve(repository, "node_modules", name);
    if (existsSync(source)) symlinkSync(source, join(target, name));
  }
}

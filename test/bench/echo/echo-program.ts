/** A program against echo handlers, timed as `dray` is: from spawn to exit. */
import { join } from "node:path";
import { type Ran, run } from "../../../demo/workspace";
import type { BenchContext } from "../bench";
import type { Program } from "../lab/program";

export class EchoProgram {
  constructor(
    private readonly context: BenchContext,
    private readonly program: Program,
  ) {}

  async up(): Promise<void> {
    await this.run("up");
  }

  /** Seconds of the whole process. @throws when it found something to do. */
  async unchanged(action: "up" | "preview"): Promise<number> {
    const ran = await this.run(action);
    const { changes = {} } = JSON.parse(ran.stdout.trim().split("\n").at(-1) ?? "{}") as { changes?: Record<string, number> };
    const others = Object.keys(changes).filter((operation) => operation !== "same");
    if (others.length > 0 || changes.same === undefined)
      throw new Error(`the echo ${action} found something to do: ${ran.stdout}`);
    return ran.seconds;
  }

  remove(): void {
    this.program.remove();
  }

  private async run(action: "up" | "preview"): Promise<Ran> {
    const { repository, env, signal } = this.context;
    const script = join(repository, "dist/test/bench/echo/run-echo.js");
    const ran = await run(process.execPath, [script, action], this.program.dir, { env, signal });
    if (ran.exitCode === 0) return ran;
    throw new Error(`the echo ${action} ended with ${ran.exitCode}: ${ran.stdout}\n${ran.stderr}`);
  }
}

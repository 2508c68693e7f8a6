/** Any number of small workloads on two hosts, and the same program against echo handlers. */
import type { BenchContext } from "../bench";
import { EchoProgram } from "../echo/echo-program";
import type { BenchLab } from "./bench-lab";
import { Program } from "./program";

export interface Fleet {
  readonly ours: Program;
  readonly echo: EchoProgram;
  /** Deploys until there are so many. */
  grow(count: number): Promise<void>;
  remove(): void;
}

export async function openFleet(context: BenchContext, lab: BenchLab): Promise<Fleet> {
  const options = {
    folder: "test/bench/programs/fleet",
    runtimeDir: await lab.freshRuntimeDir(),
    secrets: { token: "bench" },
  };
  const ours = await Program.create(context, lab, options);
  const twin = await Program.create(context, lab, options);
  const echo = new EchoProgram(context, twin);
  return {
    ours,
    echo,
    async grow(count) {
      for (const program of [ours, twin]) program.configure({ count });
      const { seconds } = await ours.up();
      await echo.up();
      context.say(`${count} workloads deployed on two hosts in ${seconds.toFixed(1)} s`);
    },
    remove() {
      for (const program of [ours, twin]) program.remove();
    },
  };
}

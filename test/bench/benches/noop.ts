/** An `up` that finds nothing to do, held against Pulumi's floor and printed beside Compose. */
import { join } from "node:path";
import { run } from "../../../demo/workspace";
import type { Bench, BenchContext } from "../bench";
import { buildCompose } from "../compose/build-compose";
import { openComposeTwin } from "../compose/compose-twin";
import { EchoProgram } from "../echo/echo-program";
import { type BenchLab, endMasters, withBenchLab } from "../lab/bench-lab";
import { openFleet } from "../lab/fleet";
import { Program } from "../lab/program";
import { measurePaired } from "../measure/measure-paired";
import { toRow } from "../measure/row";

/** What the issue asks of an unchanged `up`, and what dialling may cost besides. */
const goal = { ratio: 1.2 };
const dialledGoal = { ratio: 1.2, plus: 0.25 };

export const noopBench: Bench = {
  name: "noop",
  summary: "an up without a change: 3 services over SSH, then 1, 20 and 100 workloads, against an echo provider and Compose",
  async run(context) {
    // A machine's first use of Go is slow, and not what is measured.
    const compose = await buildCompose(context);
    await addHelp(context);
    await withBenchLab(context, "noop", async (lab) => {
      await addThreeTier(context, lab, compose);
      await addFleets(context, lab);
    });
  },
};

async function addHelp({ repository, env, signal, add }: BenchContext): Promise<void> {
  const main = join(repository, "dist/sdk/cli/main.js");
  const help = async () => (await run(process.execPath, [main, "--help"], repository, { env, signal })).seconds;
  const { ours } = await measurePaired({ ours: help }, { rounds: 9, budgetSeconds: 10 });
  add(toRow({ case: "dray --help", unit: "s", ours, goal: { atMost: 0.2 } }));
}

async function addThreeTier(context: BenchContext, lab: BenchLab, compose: string | undefined): Promise<void> {
  const runtimeDir = await lab.freshRuntimeDir();
  const options = { folder: "stacks/three-tier", runtimeDir, secrets: { dbPassword: "bench" } };
  const ours = await Program.create(context, lab, options);
  const echo = new EchoProgram(context, await Program.create(context, lab, options));
  try {
    context.say(`three-tier deployed on rack in ${(await ours.up()).seconds.toFixed(1)} s`);
    await echo.up();
    const twin = compose === undefined ? undefined : await openComposeTwin(context, lab, compose);
    // Without Compose the round has two members; the third row is missing then.
    const composed = twin === undefined ? {} : { compose: () => twin.unchangedUp() };
    const cases: Record<string, () => Promise<number>> = {
      ours: () => ours.unchanged("up"),
      echo: () => echo.unchanged("up"),
      ...composed,
    };
    const { ours: warm = [], echo: floor = [], compose: beside } = await measurePaired(cases, { rounds: 9, budgetSeconds: 35 });
    const name = "three-tier over ssh";
    context.add(toRow({ case: `${name}, echo provider`, unit: "s", ours: warm, beside: floor, goal }));
    if (beside !== undefined) context.add(toRow({ case: `${name}, Compose`, unit: "s", ours: warm, beside }));
    const dialled = await measurePaired(
      {
        ours: async () => {
          const fresh = await lab.freshRuntimeDir();
          const seconds = await ours.unchanged("up", fresh);
          await endMasters(fresh);
          return seconds;
        },
        echo: () => echo.unchanged("up"),
      },
      { rounds: 7, budgetSeconds: 25 },
    );
    context.add(toRow({ case: `${name}, dialled`, unit: "s", ours: dialled.ours, beside: dialled.echo, goal: dialledGoal }));
  } finally {
    ours.remove();
    echo.remove();
  }
}

/** More and more of them: what grows with their number shows. */
async function addFleets(context: BenchContext, lab: BenchLab): Promise<void> {
  const fleet = await openFleet(context, lab);
  try {
    for (const count of [1, 20, 100]) {
      await fleet.grow(count);
      const figures = await measurePaired(
        { ours: () => fleet.ours.unchanged("up"), echo: () => fleet.echo.unchanged("up") },
        { rounds: count === 100 ? 3 : 5, budgetSeconds: 15 },
      );
      const name = `${count} workload${count === 1 ? "" : "s"}, echo provider`;
      context.add(toRow({ case: name, unit: "s", ours: figures.ours, beside: figures.echo }));
    }
  } finally {
    fleet.remove();
  }
}

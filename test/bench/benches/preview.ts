/** A preview that finds nothing to do, of many workloads on two hosts, held against Pulumi's floor. */
import type { Bench } from "../bench";
import { withBenchLab } from "../lab/bench-lab";
import { openFleet } from "../lab/fleet";
import { measurePaired } from "../measure/measure-paired";
import { toRow } from "../measure/row";

export const previewBench: Bench = {
  name: "preview",
  summary: "a preview without a change: 100 workloads on two hosts, against an echo provider",
  run: (context) =>
    withBenchLab(context, "preview", async (lab) => {
      const count = Number(context.env.DRAYAGE_BENCH_WORKLOADS ?? 100);
      const fleet = await openFleet(context, lab);
      try {
        await fleet.grow(count);
        const { ours, echo } = await measurePaired(
          { ours: () => fleet.ours.unchanged("preview"), echo: () => fleet.echo.unchanged("preview") },
          { rounds: 7, budgetSeconds: 45 },
        );
        const name = `${count} workloads on two hosts, echo provider`;
        context.add(toRow({ case: name, unit: "s", ours, beside: echo, goal: { ratio: 1.3 } }));
      } finally {
        fleet.remove();
      }
    }),
};

/** A loaded PostgreSQL carried from one host to another: by `dray`, and by stop, tar, start as people do it by hand. */
import { addressesOf, Shop } from "../../../demo/shop";
import type { Bench, BenchContext } from "../bench";
import { type BenchLab, withBenchLab } from "../lab/bench-lab";
import { Program } from "../lab/program";
import { toRow } from "../measure/row";
import { carryByHand } from "../move/carry-by-hand";
import { readMoveSummary } from "../move/move-summary";
import { underLoad } from "../move/under-load";

export const moveBench: Bench = {
  name: "move",
  summary: "500 MB of PostgreSQL under load from one host to another, beside stop, tar over ssh, start (DRAYAGE_BENCH_MB: size)",
  run: (context) => withBenchLab(context, "move", (lab) => move(context, lab)),
};

async function move(context: BenchContext, lab: BenchLab): Promise<void> {
  const megabytes = Number(context.env.DRAYAGE_BENCH_MB ?? 500);
  const program = await Program.create(context, lab, {
    folder: "test/bench/programs/database",
    include: { db: "stacks/three-tier/db" },
    runtimeDir: await lab.freshRuntimeDir(),
    secrets: { dbPassword: "bench" },
  });
  try {
    context.say(`the database deployed on rack in ${(await program.up()).seconds.toFixed(1)} s`);
    const shop = new Shop(addressesOf(program.stackFile, program.project), "bench");
    const began = performance.now();
    await shop.seed(megabytes);
    context.say(`filled with ${megabytes} MB in ${((performance.now() - began) / 1000).toFixed(1)} s`);
    const before = await shop.checksum();

    program.configure({ host: "cloud" });
    const ours = await underLoad(shop, () => program.up("--json"));
    const lost = await shop.missingPings();
    if ((await shop.checksum()) !== before) throw new Error("rows differ after the move by dray");
    const summary = readMoveSummary(ours.result.stdout);
    for (const { name, forecast, measured } of summary.parts)
      context.say(`  ${name}: forecast ${forecast.toFixed(2)} s, took ${measured.toFixed(2)} s`);
    context.say(`moved by dray in ${ours.result.seconds.toFixed(1)} s, out for ${ours.outageSeconds.toFixed(2)} s`);

    // What is carried by hand wants the ports that rack forwards since the move.
    await program.dray(["forwards", "rm", "shop"]);
    // The way back by hand: the same data under the same load, in the same run.
    const byHand = await underLoad(shop, () => carryByHand(lab, { from: "cloud", to: "rack" }));
    if ((await shop.checksum()) !== before) throw new Error("rows differ after the move by hand");
    context.say(`moved by hand in ${byHand.result.seconds.toFixed(1)} s, out for ${byHand.outageSeconds.toFixed(2)} s`);

    const name = `${megabytes} MB`;
    const tar = "stop, tar over ssh, start";
    const rows = [
      toRow({
        case: `outage of ${name}, ${tar}`,
        unit: "s",
        ours: [ours.outageSeconds],
        beside: [byHand.outageSeconds],
        goal: { atMost: 3 },
      }),
      toRow({
        case: `outage of ${name}, forecast`,
        unit: "s",
        ours: [ours.outageSeconds],
        beside: [summary.forecastSeconds ?? Number.NaN],
      }),
      toRow({ case: `whole move, ${tar}`, unit: "s", ours: [ours.result.seconds], beside: [byHand.result.seconds] }),
      toRow({ case: `bytes carried, ${tar}`, unit: "bytes", ours: [summary.bytes ?? Number.NaN], beside: [byHand.result.bytes] }),
      toRow({ case: "acknowledged writes lost", unit: "writes", ours: [lost], goal: { atMost: 0 } }),
    ];
    for (const row of rows) context.add(row);
  } finally {
    program.remove();
  }
}

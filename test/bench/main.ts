/** `npm run bench -- list | NAME… [--json]`: measures, prints, exits 0 only when every goal was met. */
import { resolve } from "node:path";
import { cacheDirectory, localSocket } from "../../sdk/cli/doctor/this-machine";
import type { Bench, BenchContext, BenchReport } from "./bench";
import { moveBench } from "./benches/move";
import { noopBench } from "./benches/noop";
import { previewBench } from "./benches/preview";
import { shipBench } from "./benches/ship";
import { chooseBenches } from "./choose-benches";
import { renderRows } from "./render/render-rows";

const benches: readonly Bench[] = [noopBench, previewBench, shipBench, moveBench];

async function main(args: readonly string[]): Promise<number> {
  const choice = chooseBenches(args, benches);
  if ("usage" in choice) {
    process.stderr.write(`${choice.usage}\n`);
    return 2;
  }
  if ("list" in choice) {
    const lines = benches.map(({ name, summary }) =>
      choice.json ? JSON.stringify({ name, summary }) : name.padEnd(10) + summary,
    );
    process.stdout.write(`${lines.join("\n")}\n`);
    return 0;
  }
  const context = benchContext();
  const reports: BenchReport[] = [];
  for (const bench of choice.benches) {
    const began = performance.now();
    reports.push({ name: bench.name, rows: await bench.run(context) });
    context.say(`${bench.name} took ${((performance.now() - began) / 1000).toFixed(0)} s`);
  }
  for (const { name, rows } of reports)
    process.stdout.write(choice.json ? `${JSON.stringify({ name, rows })}\n` : `\n${renderRows(name, rows)}\n`);
  return reports.every(({ rows }) => rows.length > 0 && rows.every((row) => row.ok)) ? 0 : 1;
}

function benchContext(): BenchContext {
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort(new Error("stopped")));
  process.once("SIGTERM", () => stop.abort(new Error("stopped")));
  return {
    // Compiled to dist/test/bench.
    repository: resolve(__dirname, "../../.."),
    cacheDir: cacheDirectory(process.env),
    dockerSocket: localSocket(process.env),
    env: process.env,
    signal: stop.signal,
    say: (line) => void process.stderr.write(`· ${line}\n`),
  };
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`bench failed: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);

/** `npm run bench -- list | NAME… [--json]`: measures, prints, exits 0 only when every goal was met. */
import { resolve } from "node:path";
import { cacheDirectory, localSocket } from "../../sdk/cli/doctor/this-machine";
import type { Bench, BenchContext } from "./bench";
import { moveBench } from "./benches/move";
import { noopBench } from "./benches/noop";
import { parityBench } from "./benches/parity";
import { prepareBench } from "./benches/prepare";
import { previewBench } from "./benches/preview";
import { promoteBench } from "./benches/promote";
import { shipBench } from "./benches/ship";
import { startBench } from "./benches/start";
import { chooseBenches } from "./choose-benches";
import type { Row } from "./measure/row";
import { renderRows } from "./render/render-rows";

const benches: readonly Bench[] = [
  noopBench,
  previewBench,
  shipBench,
  moveBench,
  parityBench,
  promoteBench,
  prepareBench,
  startBench,
];

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
  const stop = stopOnSignal();
  let ok = true;
  for (const bench of choice.benches) {
    const began = performance.now();
    const rows: Row[] = [];
    const context = benchContext(stop, (row) => void rows.push(row));
    const failure = await bench.run(context).then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    context.say(`${bench.name} took ${((performance.now() - began) / 1000).toFixed(0)} s`);
    const { name } = bench;
    process.stdout.write(choice.json ? `${JSON.stringify({ name, rows })}\n` : `\n${renderRows(name, rows)}\n`);
    if (failure !== undefined) process.stderr.write(`bench ${name} failed: ${failure}\n`);
    ok &&= failure === undefined && rows.length > 0 && rows.every((row) => row.ok);
    stop.throwIfAborted();
  }
  return ok ? 0 : 1;
}

function stopOnSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort(new Error(`stopped by ${signal}`)));
  return stop.signal;
}

function benchContext(signal: AbortSignal, add: (row: Row) => void): BenchContext {
  return {
    // Compiled to dist/test/bench.
    repository: resolve(__dirname, "../../.."),
    cacheDir: cacheDirectory(process.env),
    dockerSocket: localSocket(process.env),
    env: process.env,
    signal,
    add,
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

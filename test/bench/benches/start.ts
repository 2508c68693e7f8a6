/** What `dray` and a program cost before they do anything, and whether packages that only some programs need are paid for by all. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../../demo/workspace";
import { ensureStackUid } from "../../../sdk/cli/pulumi/stack-file";
import type { Bench, BenchContext } from "../bench";
import { measurePaired } from "../measure/measure-paired";
import { toRow, type Unit } from "../measure/row";
import { type Installation, installPackage } from "../start/install-package";

const goal = { ratio: 1.05 };

/** A built checkout of another commit, to be measured against; without it only the packages make the difference. */
const before = "DRAYAGE_BENCH_BEFORE";

export const startBench: Bench = {
  name: "start",
  summary: `time and memory of a start: with @pulumi/aws, @pulumi/docker and AWS's SDK installed, and without (or ${before})`,
  async run(context) {
    const other = context.env[before];
    const ours = installPackage(context.repository, { optional: true });
    const beside = installPackage(other ?? context.repository, { optional: false });
    const name = other === undefined ? "without the packages" : other;
    try {
      for (const program of [ours, beside]) writeProgram(program);
      await addStarts(context, ours, beside, name);
      await addUp(context, ours, beside, name);
    } finally {
      for (const { folder } of [ours, beside]) rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** Each in a process of its own, which tells its time and its largest memory. */
async function addStarts(context: BenchContext, ours: Installation, beside: Installation, name: string): Promise<void> {
  const help = async ({ main, folder }: Installation) => (await dray(context, { main, folder }, ["--help"])).seconds;
  await addRow(
    context,
    `dray --help, ${name}`,
    "s",
    () => help(ours),
    () => help(beside),
    15,
  );
  const loads = { program: "drayage", provider: "./node_modules/drayage/dist/sdk/provider/open-rooms" };
  for (const [what, module] of Object.entries(loads)) {
    const load = (at: Installation) => loaded(context, at, module);
    const time = async (at: Installation) => (await load(at)).seconds;
    const memory = async (at: Installation) => (await load(at)).bytes;
    await addRow(
      context,
      `load for a ${what}, ${name}`,
      "s",
      () => time(ours),
      () => time(beside),
      15,
    );
    await addRow(
      context,
      `memory of it, ${what}`,
      "bytes",
      () => memory(ours),
      () => memory(beside),
      9,
    );
  }
}

async function addUp(context: BenchContext, ours: Installation, beside: Installation, name: string): Promise<void> {
  const up = async (at: Installation) => {
    const ran = await dray(context, at, ["up", "--stack", "dev", "--yes"]);
    if (ran.exitCode !== 0) throw new Error(`dray up ended with ${ran.exitCode}:\n${ran.stdout}\n${ran.stderr}`);
    return ran.seconds;
  };
  await addRow(
    context,
    `unchanged up, ${name}`,
    "s",
    () => up(ours),
    () => up(beside),
    11,
  );
  for (const at of [ours, beside]) await dray(context, at, ["destroy", "--stack", "dev", "--yes"]);
}

type Figure = () => Promise<number>;

async function addRow({ add }: BenchContext, name: string, unit: Unit, ours: Figure, beside: Figure, rounds: number) {
  const figures = await measurePaired({ ours, beside }, { rounds, budgetSeconds: 40 });
  add(toRow({ case: name, unit, ours: figures.ours, beside: figures.beside, goal }));
}

function dray({ env, signal }: BenchContext, { main, folder }: Installation, args: readonly string[]) {
  return run(process.execPath, [main, ...args], folder, { env, signal });
}

async function loaded({ env, signal }: BenchContext, { folder }: Installation, module: string) {
  const peak = "process.stdout.write(String(process.resourceUsage().maxRSS))";
  const ran = await run(process.execPath, ["-e", `require(${JSON.stringify(module)}); ${peak}`], folder, { env, signal });
  if (ran.exitCode !== 0) throw new Error(ran.stderr);
  return { seconds: ran.seconds, bytes: Number(ran.stdout) * 1024 };
}

/** A host and nothing on it: what is measured is the way there. */
function writeProgram({ folder }: Installation): void {
  const code = 'import { LocalHost } from "drayage";\nexport const engine = new LocalHost("here").engineId;\n';
  const manifest = { name: "start", private: true, main: "index.ts", dependencies: { "@pulumi/pulumi": "*", drayage: "*" } };
  writeFileSync(join(folder, "index.ts"), code);
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  writeFileSync(join(folder, "Pulumi.yaml"), "name: start\nruntime: nodejs\nmain: index.ts\n");
  ensureStackUid(join(folder, "Pulumi.dev.yaml"));
}

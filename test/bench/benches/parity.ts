/** The shop of the three-tier stack on two hosts, compared by `dray parity`, and by hand over ssh: inspect, checksums, a dump. */
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { openHashSession } from "../../../sdk/engine/data/hash-session";
import type { Comparison } from "../../../sdk/engine/receipt/comparison";
import { systemClock as clock } from "../../../sdk/provider/system-clock";
import type { Bench, BenchContext } from "../bench";
import { type BenchLab, withBenchLab } from "../lab/bench-lab";
import { openHandles } from "../lab/open-handle";
import { Program } from "../lab/program";
import { measurePaired } from "../measure/measure-paired";
import { toRow } from "../measure/row";
import { assetsVolume, changeByHand, checkByHand, fillAssets, shaSum } from "../parity/by-hand";

export const parityBench: Bench = {
  name: "parity",
  summary:
    "the three-tier shop and a volume of 500 MB on two hosts compared, beside inspect, sha256sum and pg_dump by ssh (DRAYAGE_BENCH_MB: size)",
  run: (context) => withBenchLab(context, "parity", (lab) => parity(context, lab)),
};

const hosts = ["rack", "cloud"] as const;
/** One stack for each host, of one program. */
const stacks = { rack: "dev", cloud: "twin" } as const;

async function parity(context: BenchContext, lab: BenchLab): Promise<void> {
  const megabytes = Number(context.env.DRAYAGE_BENCH_MB ?? 500);
  const runtimeDir = await lab.freshRuntimeDir();
  const program = await Program.create(context, lab, {
    folder: "stacks/three-tier",
    runtimeDir,
    secrets: { dbPassword: "bench" },
  });
  try {
    program.edit("host: rack,", 'host: new Config().get("on") === "cloud" ? cloud : rack,');
    program.edit("dependsOn: { api:", 'volumes: { assets: "/assets" },\n      dependsOn: { api:');
    program.edit("volumes: { data: {} }", "volumes: { data: {}, assets: {} }");
    addTwin(program);
    for (const stack of Object.values(stacks)) {
      const { seconds } = await program.dray(["up", "--stack", stack, "--yes"]);
      context.say(`stack ${stack} deployed in ${seconds.toFixed(1)} s`);
    }
    await Promise.all(hosts.map((host) => fillAssets(lab, host, megabytes)));
    context.say(`${megabytes} MB written on both hosts`);
    expectFound(await compare(program), []);

    const { ours, hand } = await measurePaired(
      {
        ours: async () => (await program.dray(["parity", stacks.rack, stacks.cloud])).seconds,
        hand: () => checkByHand(lab, hosts),
      },
      { rounds: 7, budgetSeconds: 60 },
    );
    context.add(
      toRow({ case: `three-tier and ${megabytes} MB, by hand over ssh`, unit: "s", ours, beside: hand, goal: { ratio: 1.5 } }),
    );
    await addHashing(context, lab, megabytes);
    await findEach(context, lab, program);
  } finally {
    program.remove();
  }
}

/** The same configuration with an identity of its own, on the other host. */
function addTwin(program: Program): void {
  const file = join(program.dir, `Pulumi.${stacks.cloud}.yaml`);
  copyFileSync(program.stackFile, file);
  const document = parseDocument(readFileSync(file, "utf8"));
  document.deleteIn(["config", "dray:stackUid"]);
  document.setIn(["config", `${program.project}:on`], "cloud");
  writeFileSync(file, document.toString({ lineWidth: 0 }));
}

async function compare(program: Program): Promise<Comparison> {
  const { stdout } = await program.dray(["parity", stacks.rack, stacks.cloud, "--json"], { ends: [0, 14] });
  return JSON.parse(stdout) as Comparison;
}

function expectFound({ equal, findings }: Comparison, expected: readonly string[]): void {
  const found = findings
    .filter(({ kind }) => kind === "difference" || kind === "unknown")
    .map(({ path, files = [] }) => [path, ...files].join(" "));
  if (equal === (expected.length === 0) && JSON.stringify(found.sort()) === JSON.stringify([...expected].sort())) return;
  throw new Error(`parity found ${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`);
}

/** Bytes alone, on one host, without anything around them. */
async function addHashing(context: BenchContext, lab: BenchLab, megabytes: number): Promise<void> {
  const handles = openHandles(await lab.freshRuntimeDir());
  try {
    const { address, port, user, identityFile, hostKey } = lab.state.hosts.find(({ name }) => name === "rack") ?? ({} as never);
    const { docker } = await handles.open("rack", { kind: "ssh", address, port, user, identityFile, hostKey });
    const volume = await assetsVolume(lab, "rack");
    const session = await openHashSession({ docker, volumes: [volume], clock });
    try {
      const timed = async () => {
        const began = performance.now();
        await session.hash(volume);
        return (performance.now() - began) / 1000;
      };
      const { ours, sha } = await measurePaired(
        { ours: timed, sha: () => shaSum(lab, "rack") },
        { rounds: 5, budgetSeconds: 30 },
      );
      context.add(toRow({ case: `hashing ${megabytes} MB, sha256sum`, unit: "s", ours, beside: sha, goal: { ratio: 1 } }));
    } finally {
      await session.close();
    }
  } finally {
    await handles.close();
  }
}

/** One variable, another build, one byte, one row: an up of one stack, and two hands on its host. */
async function findEach(context: BenchContext, lab: BenchLab, program: Program): Promise<void> {
  program.edit('SPRING_DATASOURCE_USERNAME: "shop",', 'SPRING_DATASOURCE_USERNAME: "shop",\n        LOGGING_LEVEL_ROOT: "warn",');
  const page = join(program.dir, "web/public/index.html");
  writeFileSync(page, `${readFileSync(page, "utf8")}<!-- another build -->\n`);
  await program.dray(["up", "--stack", stacks.cloud, "--yes"]);
  await changeByHand(lab, "cloud");
  expectFound(await compare(program), [
    "services.api.environment.LOGGING_LEVEL_ROOT",
    "services.web.image",
    "volumes.assets 7: content",
    "volumes.data",
  ]);
  context.say("a changed variable, another build, one byte and one row: each found and named");
}

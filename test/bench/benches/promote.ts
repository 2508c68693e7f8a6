/** A changed Spring image of the three-tier shop goes from staging to production on one host, and to a second production on another. */
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { connectDocker } from "../../../sdk/engine/docker/docker-client";
import { label } from "../../../sdk/engine/labels";
import type { Bench, BenchContext } from "../bench";
import { type BenchLab, withBenchLab } from "../lab/bench-lab";
import { Program } from "../lab/program";
import { toRow } from "../measure/row";
import { changeSource } from "../ship/change-source";

export const promoteBench: Bench = {
  name: "promote",
  summary: "a changed Spring image from staging to a production on the same host and to one on another, beside staging's up",
  run: (context) => withBenchLab(context, "promote", (lab) => promote(context, lab)),
};

/** Staging is `dev`: the stack that a benchmark's program has. */
const stacks = {
  production: { on: "rack", ports: { web: 8081, db: 5433 } },
  elsewhere: { on: "cloud", ports: { web: 8080, db: 5432 } },
} as const;
const rounds = 3;

async function promote(context: BenchContext, lab: BenchLab): Promise<void> {
  const made = new Set<string>();
  const program = await Program.create(context, lab, {
    folder: "stacks/three-tier",
    runtimeDir: await lab.freshRuntimeDir(),
    secrets: { dbPassword: "bench" },
  });
  try {
    program.edit("host: rack,", 'host: new Config().get("on") === "cloud" ? cloud : rack,');
    for (const stack of names) addStack(program, stack);
    const first = await stage(program);
    context.say(`staging deployed in ${first.toFixed(1)} s`);
    for (const stack of names)
      context.say(`${stack} promoted for the first time in ${(await promoted(program, stack)).seconds.toFixed(1)} s`);
    const done: Round[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      changeSource(join(program.dir, "api"), round);
      const staged = await stage(program);
      const production = await promoted(program, "production");
      made.add(production.contentHash);
      done.push({ staged, production, elsewhere: await promoted(program, "elsewhere") });
    }
    const of = <T>(figure: (round: Round) => T): T[] => done.map(figure);
    const staged = of((round) => round.staged);
    const goal = { atMost: 0 };
    context.add(
      toRow({ case: "changed Spring image to a host that has it", unit: "bytes", ours: of((it) => it.production.bytes), goal }),
    );
    context.add(toRow({ case: "the same to another host", unit: "bytes", ours: of((it) => it.elsewhere.bytes) }));
    context.add(
      toRow({ case: "promote, staging's up beside", unit: "s", ours: of((it) => it.production.seconds), beside: staged }),
    );
    context.add(toRow({ case: "promote to another host", unit: "s", ours: of((it) => it.elsewhere.seconds), beside: staged }));
  } finally {
    program.remove();
    await removeBuilt(context, made);
  }
}

interface Round {
  readonly staged: number;
  readonly production: Promotion;
  readonly elsewhere: Promotion;
}

interface Promotion {
  /** Of the Spring image. */
  readonly contentHash: string;
  readonly bytes: number;
  readonly seconds: number;
}

const names = Object.keys(stacks) as (keyof typeof stacks)[];

/** Staging's configuration with an identity, ports and a host of its own. */
function addStack(program: Program, stack: keyof typeof stacks): void {
  const file = join(program.dir, `Pulumi.${stack}.yaml`);
  copyFileSync(program.stackFile, file);
  const document = parseDocument(readFileSync(file, "utf8"));
  const { on, ports } = stacks[stack];
  document.deleteIn(["config", "dray:stackUid"]);
  document.setIn(["config", `${program.project}:on`], on);
  document.setIn(["config", `${program.project}:environment`], document.createNode({ ports }));
  writeFileSync(file, document.toString({ lineWidth: 0 }));
}

async function stage(program: Program): Promise<number> {
  return (await program.dray(["up", "--stack", "dev", "--yes"])).seconds;
}

/** @throws when the receipts of the two stacks do not say the same. */
async function promoted(program: Program, stack: keyof typeof stacks): Promise<Promotion> {
  const { stdout, seconds } = await program.dray(["promote", "dev", stack, "--yes", "--json"]);
  const { equal, images } = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Told;
  if (!equal) throw new Error(`the receipts of dev and ${stack} differ: ${JSON.stringify(images)}`);
  const contentHash = images.find(({ name }) => name === "api")?.content ?? "";
  return { contentHash, bytes: images.reduce((sum, image) => sum + image.bytes, 0), seconds };
}

interface Told {
  readonly equal: boolean;
  readonly images: readonly { readonly name: string; readonly content: string; readonly bytes: number }[];
}

/** The changed versions are of no use to anybody. */
async function removeBuilt({ dockerSocket }: BenchContext, contents: ReadonlySet<string>): Promise<void> {
  const docker = connectDocker("this machine", dockerSocket);
  for (const content of contents) {
    for (const { Id } of await docker.listImages({ label: [`${label.contentHash}=${content}`] })) await docker.removeImage(Id);
  }
}

/** A bare host that an up makes a working one, and what it costs to see that it still is one. */
import type { Bench, BenchContext } from "../bench";
import { EchoProgram } from "../echo/echo-program";
import { type BenchLab, withBenchLab } from "../lab/bench-lab";
import { Program } from "../lab/program";
import { measurePaired } from "../measure/measure-paired";
import { toRow } from "../measure/row";
import { prepareByHand } from "../prepare/by-hand";

const rounds = [1, 2, 3];
const ours = (round: number) => `ours${round}`;
const byHand = (round: number) => `hand${round}`;

export const prepareBench: Bench = {
  name: "prepare",
  summary: "a bare Debian becomes a host, packages downloaded before, beside the same by hand; then an up without a change",
  run: (context) =>
    withBenchLab(
      context,
      "prepare",
      async (lab) => {
        const programs: Program[] = [];
        const open = async (host: string) => {
          const options = { folder: "test/bench/programs/bare", runtimeDir: await lab.freshRuntimeDir(), config: { host } };
          const program = await Program.create(context, lab, options);
          programs.push(program);
          return program;
        };
        try {
          await addFirst(context, lab, open);
          await addUnchanged(context, open);
        } finally {
          for (const program of programs) program.remove();
        }
      },
      { hosts: [], bare: rounds.flatMap((round) => [ours(round), byHand(round)]) },
    ),
};

type Open = (host: string) => Promise<Program>;

/** No warm-up: each host is bare once. */
async function addFirst(context: BenchContext, lab: BenchLab, open: Open): Promise<void> {
  const figures: { ours: number; beside: number }[] = [];
  for (const round of rounds) {
    const program = await open(ours(round));
    const { seconds } = await program.up();
    figures.push({ ours: seconds, beside: await prepareByHand(lab, byHand(round), context.signal) });
    context.say(`round ${round}: ${seconds.toFixed(1)} s, by hand ${figures.at(-1)?.beside.toFixed(1)} s`);
  }
  context.add(
    toRow({
      case: "bare to working host, by hand",
      unit: "s",
      ours: figures.map((it) => it.ours),
      beside: figures.map((it) => it.beside),
      goal: { atMost: 60 },
    }),
  );
}

/** The same host three times: prepared, given as it is, and not looked at. */
async function addUnchanged(context: BenchContext, open: Open): Promise<void> {
  const prepared = await open(ours(1));
  await prepared.up();
  const given = await open(ours(1));
  given.edit("{ ...reached, prepare }", "{ ...reached }");
  await given.up();
  const echo = new EchoProgram(context, await open(ours(1)));
  await echo.up();
  const cases = {
    prepared: () => prepared.unchanged("up"),
    given: () => given.unchanged("up"),
    echo: () => echo.unchanged("up"),
  };
  const figures = await measurePaired(cases, { rounds: 9, budgetSeconds: 40 });
  const row = { unit: "s", ours: figures.prepared } as const;
  context.add(toRow({ case: "unchanged up, the host given", ...row, beside: figures.given, goal: { ratio: 1.1, plus: 0.05 } }));
  context.add(toRow({ case: "unchanged up, echo provider", ...row, beside: figures.echo }));
}

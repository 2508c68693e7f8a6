import { Command } from "commander";
import { differingNames } from "../../engine/data/differing-names";
import { compareReceipts } from "../../engine/receipt/compare-receipts";
import type { Comparison, Finding } from "../../engine/receipt/comparison";
import { exitCodes } from "../../spec/drayage-error";
import { type StackOptions, withExamples, withStackOptions } from "../common-options";
import { printDocument } from "../json-output";
import { type OpenSide, withSides } from "../parity/open-sides";
import { showReading } from "../parity/show-reading";
import { renderParity } from "../render/render-parity";
import { systemClock } from "../system-clock";
import { openProgressView } from "../terminal/progress-view";
import type { Terminal } from "../terminal/terminal";

interface ParityOptions extends StackOptions {
  readonly data: boolean;
  readonly strict?: boolean;
  readonly all?: boolean;
}

export function parityCommand(terminal: Terminal): Command {
  const command = withStackOptions(new Command("parity"))
    .description(
      "Compare what really runs in two places, field by field: images, configuration, secrets, data, health and the machines. Only addresses, ids and times may differ. Exits with 0 when equal, else with 14. Each side is a host of the stack, a stack of the program, or a file that `dray receipt` wrote; HOST/WORKLOAD names one workload.",
    )
    .argument("<a>", "rack, staging, rack/shop, before.json; host:, stack: or file: before it where a name is two things")
    .argument("<b>", "the same of the other side")
    .option("--no-data", "do not read the volumes")
    .option("--strict", "what differs between the machines counts too: kernel, engine, …")
    .option("--all", "print what may differ as well")
    .action((a: string, b: string, options: ParityOptions) => parity([a, b], options, terminal));
  return withExamples(
    command,
    "dray parity rack cloud",
    "dray parity staging production --no-data",
    "dray receipt > before.json && dray up && dray parity before.json rack",
  );
}

async function parity(names: readonly [string, string], options: ParityOptions, terminal: Terminal): Promise<void> {
  const began = systemClock.monotonic();
  const view = openProgressView(terminal, systemClock);
  const progress = options.json ? {} : { progress: showReading(view) };
  try {
    await withSides(options, { names, data: options.data, ...progress }, terminal, async (a, b) => {
      const compared = compareReceipts(a.receipt, b.receipt, { strict: options.strict === true });
      const comparison = { ...compared, findings: await withFiles(compared, a, b) };
      view.close();
      const seconds = Math.round(systemClock.monotonic() - began) / 1000;
      const sides = { a: told(names[0], a), b: told(names[1], b) };
      if (options.json) printDocument(terminal, "parity", { ...comparison, ...sides, seconds });
      else terminal.out(`${renderParity({ comparison, ...sides, seconds, all: options.all === true }, terminal.paint)}\n`);
      terminal.exitCode = comparison.equal ? 0 : exitCodes.DIFFERENT;
    });
  } finally {
    view.close();
  }
}

/** Names files where both sides were read just now: a receipt on file has only the hash. */
async function withFiles({ findings, pairs }: Comparison, a: OpenSide, b: OpenSide): Promise<Finding[]> {
  const named: Finding[] = [];
  for (const finding of findings) {
    const { volume } = finding;
    const pair = pairs.find((it) => it.a === finding.workload);
    const left = pair && volume && a.open?.below(pair.a, volume);
    const right = pair && volume && b.open?.below(pair.b, volume);
    if (finding.kind !== "difference" || !left || !right) named.push(finding);
    else named.push({ ...finding, files: await differingNames(left, right) });
  }
  return named;
}

function told(name: string, { side, receipt }: OpenSide) {
  const { project, stack, takenAt, workloads } = receipt;
  const lives = Object.entries(workloads).map(([workload, { host }]) => `${workload} on ${host}`);
  return { name, kind: side.kind, project, stack, takenAt, workloads: lives };
}

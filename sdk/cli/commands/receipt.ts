import { Command } from "commander";
import { takeReceipt } from "../../engine/receipt/take-receipt";
import { type StackOptions, withExamples, withStackOptions } from "../common-options";
import { withFleet } from "../fleet/with-fleet";
import { printDocument } from "../json-output";
import { receiptKey } from "../parity/receipt-key";
import { receiptSubjects } from "../parity/receipt-subjects";
import { showReading } from "../parity/show-reading";
import { systemClock } from "../system-clock";
import { openProgressView } from "../terminal/progress-view";
import type { Terminal } from "../terminal/terminal";

interface ReceiptOptions extends StackOptions {
  readonly data: boolean;
}

export function receiptCommand(terminal: Terminal): Command {
  const command = withStackOptions(new Command("receipt"))
    .description(
      "Write what really runs as JSON: images, configuration, secrets as keyed hashes, a hash of the data, health and the machine. Read from the hosts; nothing is changed. `dray parity` compares it with another, or with what runs later.",
    )
    .argument("[workload]", "only this one")
    .option("--no-data", "do not read the volumes")
    .action((workload: string | undefined, options: ReceiptOptions) => receipt(workload, options, terminal));
  return withExamples(command, "dray receipt > before.json", "dray receipt shop --no-data --json");
}

function receipt(workload: string | undefined, options: ReceiptOptions, terminal: Terminal): Promise<void> {
  return withFleet(options, terminal, async (fleet) => {
    const { project, stack } = fleet.chosen;
    const subjects = await receiptSubjects(fleet, workload === undefined ? {} : { workload });
    const view = openProgressView(terminal, systemClock);
    try {
      const open = await takeReceipt({
        project: project.name,
        stack,
        subjects,
        key: receiptKey(project.dir, terminal.env),
        data: options.data,
        clock: systemClock,
        ...(options.json ? {} : { progress: showReading(view) }),
      });
      await open.close();
      if (options.json) printDocument(terminal, "receipt", { ...open.receipt });
      else terminal.out(`${JSON.stringify(open.receipt, undefined, 2)}\n`);
    } finally {
      view.close();
    }
  });
}

import { Command } from "commander";
import { type StackOptions, withExamples, withStackOptions } from "../common-options";
import { Failures } from "../failures";
import { listServiceContainers, selectContainers } from "../fleet/service-containers";
import { withFleet } from "../fleet/with-fleet";
import { printDocument } from "../json-output";
import { errorRecord } from "../render/render-error";
import { renderPs } from "../render/render-ps";
import type { Terminal } from "../terminal/terminal";

export function psCommand(terminal: Terminal): Command {
  const command = withStackOptions(new Command("ps"))
    .argument("[service...]", "only these: api, api.2, shop/api, shop")
    .action((services: string[], options: StackOptions) => ps(services, options, terminal));
  return withExamples(command, "dray ps", "dray ps api --json");
}

function ps(services: readonly string[], options: StackOptions, terminal: Terminal): Promise<void> {
  return withFleet(options, terminal, async (fleet) => {
    const { containers, failed } = await listServiceContainers(fleet);
    // A service may live on the host that did not answer: then the failure below says more than "no such service".
    const shown =
      failed.length > 0 && services.length > 0 && containers.length === 0 ? [] : selectContainers(containers, services);
    if (options.json) {
      printDocument(terminal, "ps", { stack: fleet.chosen.stack, containers: shown, errors: failed.map(errorRecord) });
      terminal.exitCode = failed[0]?.exitCode ?? 0;
      return;
    }
    if (shown.length > 0) terminal.out(`${renderPs(shown, Date.now(), terminal.paint)}\n`);
    else if (failed.length === 0) terminal.out(`Nothing runs in stack ${fleet.chosen.stack}.\n`);
    if (failed.length > 0) throw new Failures(failed);
  });
}

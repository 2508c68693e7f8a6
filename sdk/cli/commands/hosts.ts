import { Command } from "commander";
import { type StackOptions, withExamples, withStackOptions } from "../common-options";
import { Failures } from "../failures";
import { type HostReport, reportHosts } from "../fleet/host-report";
import { findStackUid } from "../fleet/stack-owner";
import { withFleet } from "../fleet/with-fleet";
import { printDocument } from "../json-output";
import { errorRecord } from "../render/render-error";
import { renderHost } from "../render/render-host";
import { renderHosts } from "../render/render-hosts";
import { systemClock } from "../system-clock";
import type { Terminal } from "../terminal/terminal";

export function hostsCommand(terminal: Terminal): Command {
  const command = withStackOptions(new Command("hosts"))
    .description(
      "The stack's hosts: what they are, how busy, how much room, whether their clock is right, what lives there, and data that nothing uses any more. With names: everything of those.",
    )
    .argument("[host...]", "only these, each with all that is known of it")
    .action((names: string[], options: StackOptions) => hosts(names, options, terminal));
  return withExamples(command, "dray hosts", "dray hosts rack", "dray hosts --json");
}

function hosts(names: readonly string[], options: StackOptions, terminal: Terminal): Promise<void> {
  return withFleet(options, terminal, async (fleet) => {
    const reports = await reportHosts({ fleet, stackUid: findStackUid(fleet.chosen), clock: systemClock }, names);
    const failed = reports.flatMap((it) => it.errors);
    if (options.json) {
      printDocument(terminal, "hosts", { stack: fleet.chosen.stack, hosts: reports.map(hostRecord) });
      terminal.exitCode = failed[0]?.exitCode ?? 0;
      return;
    }
    const { paint } = terminal;
    const text =
      names.length === 0
        ? renderHosts(reports, Date.now(), paint)
        : reports.map((it) => renderHost(it, Date.now(), paint)).join("\n\n");
    terminal.out(reports.length === 0 ? `Stack ${fleet.chosen.stack} has no host yet: dray up\n` : `${text}\n`);
    if (failed.length > 0) throw new Failures(failed);
  });
}

function hostRecord({ errors, ...report }: HostReport): Record<string, unknown> {
  return { ...report, reached: report.measured !== undefined, errors: errors.map(errorRecord) };
}

import { Command } from "commander";
import { endForward } from "../../engine/forward/end-forward";
import { type StackOptions, withExamples, withStackOptions } from "../common-options";
import { Failures } from "../failures";
import type { Fleet } from "../fleet/fleet";
import { listForwards, oneForward } from "../fleet/list-forwards";
import { findStackUid, stackOwner } from "../fleet/stack-owner";
import { withFleet } from "../fleet/with-fleet";
import { withWorkloadLease } from "../fleet/workload-lease";
import { printDocument } from "../json-output";
import { errorRecord } from "../render/render-error";
import { renderForwards } from "../render/render-forwards";
import type { Terminal } from "../terminal/terminal";

interface OneForwardOptions extends StackOptions {
  readonly host?: string;
}

export function forwardsCommand(terminal: Terminal): Command {
  const forwards = new Command("forwards").description(
    "After a move the host that a workload has left carries connections to its published TCP ports to where it lives, for clients " +
      "that have the old address. It goes on after a reboot, and until it is ended here, the workload comes back, or the program says `forward: false`.",
  );
  forwards.addCommand(listCommand(terminal), { isDefault: true });
  forwards.addCommand(removeCommand(terminal));
  return withExamples(forwards, "dray forwards", "dray forwards --json", "dray forwards rm shop --host rack");
}

function listCommand(terminal: Terminal): Command {
  const command = withStackOptions(new Command("ls"))
    .summary("list them: where clients dial, where it leads, how much it is used")
    .action((options: StackOptions) => withFleet(options, terminal, (fleet) => list(fleet, options, terminal)));
  return withExamples(command, "dray forwards", "dray forwards ls --json");
}

function removeCommand(terminal: Terminal): Command {
  const command = withStackOptions(new Command("rm"))
    .summary("end one: clients of the old address are refused, and its ports are free")
    .argument("<workload>")
    .option("--host <host>", "where several hosts forward for it")
    .action((workload: string, options: OneForwardOptions) =>
      withFleet(options, terminal, (fleet) => remove(fleet, workload, options, terminal)),
    );
  return withExamples(command, "dray forwards rm shop", "dray forwards rm shop --host rack");
}

async function list(fleet: Fleet, options: StackOptions, terminal: Terminal): Promise<void> {
  const { forwards, failed } = await listForwards(fleet, findStackUid(fleet.chosen));
  if (options.json) {
    printDocument(terminal, "forwards ls", { stack: fleet.chosen.stack, forwards, errors: failed.map(errorRecord) });
    terminal.exitCode = failed[0]?.exitCode ?? 0;
    return;
  }
  if (forwards.length > 0) terminal.out(`${renderForwards(forwards, Date.now(), terminal.paint)}\n`);
  else if (failed.length === 0) terminal.out("Nothing is forwarded.\n");
  if (failed.length > 0) throw new Failures(failed);
}

async function remove(fleet: Fleet, workload: string, options: OneForwardOptions, terminal: Terminal): Promise<void> {
  const forward = oneForward(await listForwards(fleet, findStackUid(fleet.chosen)), workload, options.host);
  const host = await fleet.connect(forward.host);
  const { identity } = forward;
  const id = fleet.state.workloads.find((it) => it.identity === identity)?.id ?? "";
  const owner = stackOwner(fleet.chosen, id);
  await withWorkloadLease(host, { identity, workload, owner }, (lease) => endForward(host.docker, identity, lease));
  if (options.json) printDocument(terminal, "forwards rm", { removed: forward });
  else terminal.out(`${forward.host} forwards ${forward.ports.join(", ")} of ${workload} no more\n`);
}

import { Command } from "commander";
import { type Pins, pinsFile, readPins, writePins } from "../../context/pins-file";
import { DrayageError } from "../../spec/drayage-error";
import { chooseProjectAndStack, type StackOptions, withExamples, withStackOptions, withYes } from "../common-options";
import type { Fleet } from "../fleet/fleet";
import { withFleet } from "../fleet/with-fleet";
import { fleetStatus } from "../fleet/workload-status";
import { printDocument } from "../json-output";
import { pinsAfterMove } from "../move/placement-pins";
import { previousHost } from "../move/previous-host";
import { renderStatus } from "../render/render-status";
import { deploy, requireConsent } from "../session/deploy";
import { withSession } from "../session/session";
import { loadStackState } from "../state/load-state";
import { knownHosts } from "../state/stack-state";
import type { Terminal } from "../terminal/terminal";

interface MoveOptions extends StackOptions {
  readonly to?: string;
  readonly back?: boolean;
  readonly status?: boolean;
  readonly yes?: boolean;
}

export function moveCommand(terminal: Terminal): Command {
  const command = withYes(withStackOptions(new Command("move")))
    .description(
      "Carry a workload to another host with its data. The decision is kept in the stack's pins file until `dray unpin`, or until the program says the same: commit it.",
    )
    .argument("<workload>", "its name in the program")
    .option("--to <host>", "the program's name of the host")
    .option("--back", "to where it was before its last move, with what was written since")
    .option("--status", "where it is, and whether a move is open")
    .action((workload: string, options: MoveOptions) => move(workload, options, terminal));
  return withExamples(command, "dray move shop --to cloud", "dray move shop --status", "dray move shop --back --yes");
}

async function move(workload: string, options: MoveOptions, terminal: Terminal): Promise<void> {
  const ways = [options.to !== undefined, options.back, options.status].filter(Boolean).length;
  if (ways !== 1) throw new DrayageError("USAGE", "Say one of --to HOST, --back, --status.", { hint: "dray move --help" });
  if (options.status) return withFleet(options, terminal, (fleet) => status(fleet, workload, options, terminal));
  const deployment = { ...options, command: "move", target: [workload] } as const;
  requireConsent(deployment, terminal);
  const { project, stack } = chooseProjectAndStack(options, terminal);
  const wanted = await withFleet(options, terminal, (fleet) => decide(fleet, workload, options));
  const file = pinsFile(project.dir, stack);
  const before = readPins(file);
  writePins(file, pinsAfterMove(before, wanted));
  try {
    await withSession(options, terminal, (session) => deploy(session, deployment, terminal));
  } catch (error) {
    await undoUnlessMoved({ project, stack }, wanted, { file, before }, terminal);
    throw error;
  }
  if (!options.json && wanted.to !== wanted.programHost) {
    terminal.out(`${workload} is pinned to ${wanted.to} (the program says ${wanted.programHost}): commit ${file}\n`);
  }
}

interface Decision {
  readonly workload: string;
  readonly to: string;
  readonly programHost: string;
  readonly reason: string;
}

async function decide(fleet: Fleet, name: string, { to, back }: MoveOptions): Promise<Decision> {
  const workload = fleet.state.workloads.find((it) => it.name === name);
  if (workload === undefined) throw noWorkload(fleet, name);
  const programHost = workload.wantedHost ?? workload.placements[0]?.name ?? "";
  const target = back ? await previousHost(fleet, workload) : (to ?? "");
  const hosts = knownHosts(fleet.state).map((it) => it.name);
  if (!hosts.includes(target)) {
    throw new DrayageError("NOT_FOUND", `This stack has no host ${JSON.stringify(target)}.`, {
      hint: `It has ${hosts.join(", ")}. A new one becomes known by \`dray up\` with it in the program.`,
    });
  }
  return {
    workload: name,
    to: target,
    programHost,
    reason: back ? `dray move ${name} --back` : `dray move ${name} --to ${target}`,
  };
}

/** A pin for a move that did not happen would make the next up try it again unasked. */
async function undoUnlessMoved(
  chosen: Parameters<typeof loadStackState>[0],
  { workload, to }: Decision,
  { file, before }: { file: string; before: Pins },
  terminal: Terminal,
): Promise<void> {
  const state = await loadStackState(chosen, terminal);
  const lives = state.workloads.find((it) => it.name === workload)?.placements.map((it) => it.name) ?? [];
  if (!lives.includes(to)) writePins(file, before);
}

async function status(fleet: Fleet, workload: string, options: MoveOptions, terminal: Terminal): Promise<void> {
  const { workloads, failed } = await fleetStatus(fleet);
  const found = workloads.find((it) => it.workload === workload);
  if (found === undefined) throw failed[0] ?? noWorkload(fleet, workload);
  const pin = readPins(pinsFile(fleet.chosen.project.dir, fleet.chosen.stack)).workloads[workload];
  const open = found.hosts.find((it) => it.move !== undefined)?.move;
  if (options.json) return printDocument(terminal, "move", { status: found, open: open ?? null, pin: pin ?? null });
  const lines = [
    renderStatus([found], Date.now(), terminal.paint),
    ...(pin === undefined ? [] : [`pinned to ${pin.host} instead of ${pin.instead}`]),
    open === undefined ? "no move is open" : `a move to ${open.to} is open: dray up finishes or undoes it`,
  ];
  terminal.out(`${lines.join("\n")}\n`);
}

function noWorkload(fleet: Fleet, name: string): DrayageError {
  const names = fleet.state.workloads.map((it) => it.name).join(", ");
  return new DrayageError("NOT_FOUND", `There is no workload ${JSON.stringify(name)} in stack ${fleet.chosen.stack}.`, {
    hint: names === "" ? "dray up" : `It has ${names}.`,
  });
}

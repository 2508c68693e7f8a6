import { Command } from "commander";
import { pinsFile, readPins, writePins } from "../../context/pins-file";
import { compareReceipts } from "../../engine/receipt/compare-receipts";
import type { Receipt } from "../../engine/receipt/receipt";
import { DrayageError } from "../../spec/drayage-error";
import { type Chosen, type StackOptions, withExamples, withStackOptions, withYes } from "../common-options";
import { confirmByName, requireSomeone } from "../confirm";
import { bringIn } from "../export/bring-in";
import { type DataSource, isHostName, withExport } from "../export/data-source";
import { deployAsItRan } from "../export/deploy-as-it-ran";
import { oneWorkload } from "../export/export-subject";
import { lookAtDisk, refuseOtherWriter } from "../export/look-at-disk";
import { type Loss, pinsAfterLoss } from "../export/loss";
import { answers, livesOn, pinWithoutHost, reachTarget } from "../export/lost-host";
import type { ServingDisk } from "../export/own-disk";
import { type Given, isDisk, restoreQuestion } from "../export/restore-question";
import { askForSource, keptSource, notEmpty, otherData } from "../export/restore-sources";
import type { Fleet } from "../fleet/fleet";
import { withFleet } from "../fleet/with-fleet";
import { printDocument } from "../json-output";
import { compareRan } from "../parity/compare-ran";
import { takeOne } from "../parity/take-one";
import { type Parity, type Restored, type RestoredFacts, renderRestored } from "../render/render-restored";
import { withSession } from "../session/session";
import type { HostState, RanReceipt, WorkloadState } from "../state/stack-state";
import { systemClock } from "../system-clock";
import type { Terminal } from "../terminal/terminal";

interface RestoreOptions extends StackOptions {
  readonly to: string;
  readonly from?: string;
  readonly empty?: boolean;
  readonly yes?: boolean;
}

export function restoreCommand(terminal: Terminal): Command {
  const command = withYes(withStackOptions(new Command("restore")))
    .description(
      "Bring a workload up on another host when the one it lives on is lost: from an export, from the copy that a host kept after a move, in place from the lost machine's data disk where the other host has that by now (--from names the same host as --to), or without data. The lost machine is written down as lost in the stack's pins file (commit it). A host that still answers is not lost: use `dray move`.",
    )
    .argument("<workload>", "its name in the program")
    .requiredOption("--to <host>", "the program's name of the host that takes its place")
    .option(
      "--from <source>",
      "an export (a folder, ssh://user@host/folder/NAME), a host that kept a copy, or the host of --to: its own disk",
    )
    .option("--empty", "begin with empty volumes: all its data is given up")
    .action((workload: string, options: RestoreOptions) => run(workload, options, terminal));
  return withExamples(
    command,
    "dray restore shop --to cloud --from ./exports/shop-20260301T031700Z",
    "dray restore shop --to cloud --from rack2",
    "dray restore shop --to cloud2 --from cloud2",
    "dray restore web --to cloud",
  );
}

async function run(name: string, options: RestoreOptions, terminal: Terminal): Promise<void> {
  if (options.from !== undefined && options.empty)
    throw new DrayageError("USAGE", "Say one of --from and --empty.", { hint: "dray restore --help" });
  if (!options.yes) requireSomeone(terminal, "dray restore");
  const stop = new AbortController();
  const off = terminal.onInterrupt(() => stop.abort());
  const done = await withFleet(options, terminal, (fleet) => bringData(fleet, name, options, stop.signal, terminal)).finally(off);
  if (done === undefined) return tellNothing(name, options, terminal);
  const kept = await withSession(options, terminal, (session) => deployAsItRan(session, name, options, terminal));
  const parity = await withFleet(options, terminal, (fleet) => parityOf(fleet, done, terminal));
  tell({ restored: done.restored, parity, kept }, options, terminal);
}

interface Done {
  readonly restored: Restored;
  /** Of the state, before. */
  readonly ran: RanReceipt | undefined;
  /** Of the export; absent where there was none. */
  readonly receipt?: Receipt;
}

async function parityOf(fleet: Fleet, { restored, ran, receipt }: Done, terminal: Terminal): Promise<Parity> {
  const { workload, to } = restored;
  const deployed = oneWorkload(fleet, workload);
  if (livesOn(deployed).name !== to) throw pinWithoutHost(workload, to);
  const now = deployed.receipt;
  return {
    ran: ran && now && compareRan(ran, now),
    receipt: receipt && compareReceipts(receipt, await takeOne(fleet, workload, terminal)),
  };
}

/** undefined: it lives there already. */
async function bringData(
  fleet: Fleet,
  name: string,
  options: RestoreOptions,
  signal: AbortSignal,
  terminal: Terminal,
): Promise<Done | undefined> {
  const workload = oneWorkload(fleet, name);
  const lost = livesOn(workload);
  const { from, to, json = false } = options;
  if (from === to && to === lost.name && (await answers(fleet, to))) return undefined;
  const target = await reachTarget(fleet, to, lost);
  const begin = async (given: DataSource | ServingDisk | undefined): Promise<Done> => {
    await agreed(workload, lost, given, options, terminal);
    if (!isDisk(given)) {
      const request = { target, identity: workload.identity, workload: name, id: workload.id, source: given };
      await bringIn(fleet, request, { json, signal }, terminal);
    }
    const at = new Date(systemClock.now()).toISOString();
    writeLoss(fleet.chosen, workload, { lost, to, toMachineId: fleet.host(to).machineId, at });
    return doneWith(workload, lost, given, to);
  };
  if (!holdsData(workload)) return begin(undefined);
  const disk = await lookAtDisk(fleet, target, workload, lost);
  if (options.empty) {
    if (disk.kind !== "nothing") throw notEmpty(workload, disk, to);
    return begin(undefined);
  }
  if (from === undefined) throw await askForSource(fleet, workload, disk, (line) => terminal.err(`${line}\n`));
  if (from === to && disk.kind === "refused") throw disk.error;
  if (from === to && disk.kind === "serves") {
    await refuseOtherWriter(fleet, workload, to);
    return begin(disk);
  }
  for (const line of otherData(disk, workload, to)) terminal.err(`${terminal.errorPaint.yellow(line)}\n`);
  if (!isHostName(fleet, from)) return withExport(from, terminal, signal, begin);
  return begin(await keptSource(fleet, workload, { from, to, signal }));
}

function doneWith(workload: WorkloadState, lost: HostState, given: DataSource | ServingDisk | undefined, to: string): Done {
  const { name, wantedHost, receipt: ran } = workload;
  const restored: Restored = { workload: name, lost: lost.name, to, programSaysSo: wantedHost === to };
  if (given === undefined) return { ran, restored };
  if (isDisk(given)) {
    const at = given.deploy?.at;
    return { ran, restored: { ...restored, source: "own disk", ...(at !== undefined && { diskDeployedAt: at }) } };
  }
  const source = given.manifest === undefined ? "kept copy" : "export";
  const receipt = given.manifest?.receipt as Receipt | undefined;
  return { ran, restored: { ...restored, source, dataOf: given.at }, ...(receipt && { receipt }) };
}

const holdsData = ({ volumes }: WorkloadState): boolean => volumes.length > 0;

async function agreed(
  { name, folders }: WorkloadState,
  lost: HostState,
  source: DataSource | ServingDisk | undefined,
  { to, yes, empty }: RestoreOptions,
  terminal: Terminal,
): Promise<void> {
  const given: Given = source ?? (empty ? "empty" : undefined);
  const asked = { workload: name, lost: lost.name, to, given, folders };
  const question = `${terminal.errorPaint.red(`${lost.name} is declared lost.`)} ${restoreQuestion(asked)}`;
  await confirmByName(terminal, question, name, { yes, what: "dray restore" });
}

function writeLoss(
  { project, stack }: Chosen,
  workload: WorkloadState,
  loss: Pick<Loss, "lost" | "to" | "toMachineId" | "at">,
): void {
  const file = pinsFile(project.dir, stack);
  const programHost = workload.wantedHost ?? loss.lost.name;
  writePins(file, pinsAfterLoss(readPins(file), { ...loss, workload: workload.name, programHost }));
}

function tell(facts: Omit<RestoredFacts, "flags">, { json, stack }: RestoreOptions, terminal: Terminal): void {
  const { restored, kept, parity } = facts;
  if (json) {
    const { programSaysSo: _, ...told } = restored;
    printDocument(terminal, "restore", { ...told, keptImages: kept, parity });
    return;
  }
  const flags = stack === undefined ? "" : ` --stack ${stack}`;
  terminal.out(`${renderRestored({ ...facts, flags }, terminal.paint)}\n`);
}

function tellNothing(workload: string, { json, to }: RestoreOptions, terminal: Terminal): void {
  if (json) printDocument(terminal, "restore", { workload, to, alreadyThere: true });
  else terminal.out(`${workload} lives on ${to}, and ${to} answers: nothing is to be restored. \`dray up\` does what is left.\n`);
}

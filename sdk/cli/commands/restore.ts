import { Command } from "commander";
import { pinsFile, readPins, writePins } from "../../context/pins-file";
import { compareReceipts } from "../../engine/receipt/compare-receipts";
import type { Comparison } from "../../engine/receipt/comparison";
import type { Receipt } from "../../engine/receipt/receipt";
import { silentReport } from "../../engine/report";
import { DrayageError } from "../../spec/drayage-error";
import { type Chosen, type StackOptions, withExamples, withStackOptions, withYes } from "../common-options";
import { confirmByName, requireSomeone } from "../confirm";
import { bringIn } from "../export/bring-in";
import { type DataSource, fromKeptCopy, isHostName, keptCopies, withExport } from "../export/data-source";
import { deployAsItRan } from "../export/deploy-as-it-ran";
import { oneWorkload } from "../export/export-subject";
import { pinsAfterLoss } from "../export/loss";
import { livesOn, reachTarget } from "../export/lost-host";
import type { Fleet } from "../fleet/fleet";
import { listVolumes } from "../fleet/list-volumes";
import { findStackUid } from "../fleet/stack-owner";
import { withFleet } from "../fleet/with-fleet";
import { printDocument } from "../json-output";
import { compareRan, type RanComparison } from "../parity/compare-ran";
import { takeOne } from "../parity/take-one";
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
      "Bring a workload up on another host when the one it lives on is lost: from an export, from the copy that a host kept after a move, or without data. The lost machine is written down as lost in the stack's pins file (commit it). A host that still answers is not lost: use `dray move`.",
    )
    .argument("<workload>", "its name in the program")
    .requiredOption("--to <host>", "the program's name of the host that takes its place")
    .option("--from <source>", "an export (a folder, ssh://user@host/folder/NAME), or a host that kept a copy")
    .option("--empty", "begin with empty volumes: all its data is given up")
    .action((workload: string, options: RestoreOptions) => run(workload, options, terminal));
  return withExamples(
    command,
    "dray restore shop --to cloud --from ./exports/shop-20260301T031700Z",
    "dray restore shop --to cloud --from rack2",
    "dray restore web --to cloud",
  );
}

interface Restored {
  readonly ran: RanReceipt | undefined;
  /** Of the export; absent where there was none. */
  readonly receipt?: Receipt;
  readonly workload: string;
  readonly lost: string;
  readonly to: string;
  /** The program names the new host already. */
  readonly programSaysSo: boolean;
  /** ISO time; absent where there was no data. */
  readonly dataOf?: string;
}

async function run(name: string, options: RestoreOptions, terminal: Terminal): Promise<void> {
  if (options.from !== undefined && options.empty)
    throw new DrayageError("USAGE", "Say one of --from and --empty.", { hint: "dray restore --help" });
  if (!options.yes) requireSomeone(terminal, "dray restore");
  const stop = new AbortController();
  const off = terminal.onInterrupt(() => stop.abort());
  const restored = await withFleet(options, terminal, (fleet) => bringData(fleet, name, options, stop.signal, terminal)).finally(
    off,
  );
  const kept = await withSession(options, terminal, (session) => deployAsItRan(session, name, options, terminal));
  const parity = await withFleet(options, terminal, (fleet) => parityOf(fleet, restored, terminal));
  tell({ ...restored, kept }, parity, options, terminal);
}

interface Parity {
  readonly ran: RanComparison | undefined;
  /** Against the receipt in the export, machines included. */
  readonly receipt: Comparison | undefined;
}

async function parityOf(fleet: Fleet, { workload, ran, receipt }: Restored, terminal: Terminal): Promise<Parity> {
  const now = oneWorkload(fleet, workload).receipt;
  return {
    ran: ran && now && compareRan(ran, now),
    receipt: receipt && compareReceipts(receipt, await takeOne(fleet, workload, terminal)),
  };
}

async function bringData(
  fleet: Fleet,
  name: string,
  options: RestoreOptions,
  signal: AbortSignal,
  terminal: Terminal,
): Promise<Restored> {
  const workload = oneWorkload(fleet, name);
  const lost = livesOn(workload);
  const target = await reachTarget(fleet, options.to, lost);
  const begin = async (source: DataSource | undefined): Promise<Restored> => {
    await agreed(workload, lost, source, options, terminal);
    const request = { target, identity: workload.identity, workload: name, id: workload.id, source };
    await bringIn(fleet, request, { json: options.json ?? false, signal }, terminal);
    const at = new Date(systemClock.now()).toISOString();
    writeLoss(fleet.chosen, workload, { lost, to: options.to, at });
    const receipt = source?.manifest?.receipt === undefined ? {} : { receipt: source.manifest.receipt as Receipt };
    const { wantedHost, receipt: ran } = workload;
    const about = { workload: name, lost: lost.name, to: options.to, ran, programSaysSo: wantedHost === options.to };
    return { ...about, ...receipt, ...(source && { dataOf: source.at }) };
  };
  if (!holdsData(workload) || options.empty) return begin(undefined);
  if (options.from === undefined) throw await askForSource(fleet, workload, terminal);
  if (!isHostName(fleet, options.from)) return withExport(options.from, terminal, signal, begin);
  const copy = keptCopies((await listVolumes(fleet, findStackUid(fleet.chosen))).volumes, workload.identity).find(
    (it) => it.host === options.from,
  );
  if (copy === undefined)
    throw new DrayageError("NOT_FOUND", `${options.from} kept no copy of ${name}.`, { hint: "dray volumes ls" });
  const context = { signal, clock: systemClock, report: silentReport };
  return begin(fromKeptCopy(await fleet.connect(copy.host), copy, context));
}

const holdsData = ({ volumes }: WorkloadState): boolean => volumes.length > 0;

async function askForSource(fleet: Fleet, { name, identity }: WorkloadState, terminal: Terminal): Promise<DrayageError> {
  const { volumes } = await listVolumes(fleet, findStackUid(fleet.chosen));
  const copies = keptCopies(volumes, identity).map((it) => `--from ${it.host} (kept since ${it.at})`);
  const known = copies.length === 0 ? "No reachable host kept a copy." : `Kept copies: ${copies.join(", ")}.`;
  terminal.err(`${known}\n`);
  return new DrayageError("USAGE", `${name} has data: say where it is to come from.`, {
    hint: `--from EXPORT (what dray export wrote)${copies.length === 0 ? "" : ", --from HOST"}, or --empty to give the data up.`,
  });
}

async function agreed(
  { name }: WorkloadState,
  lost: HostState,
  source: DataSource | undefined,
  { to, yes, empty }: RestoreOptions,
  terminal: Terminal,
): Promise<void> {
  const { red } = terminal.errorPaint;
  const given =
    source === undefined
      ? empty
        ? "all its data is given up"
        : "it holds no data"
      : `data of ${source.at} from ${source.text}; what was written later is lost`;
  const question = `${red(`${lost.name} is declared lost.`)} ${name} comes up on ${to}: ${given}. Should ${lost.name} come back, it must not serve: two copies would go different ways.`;
  await confirmByName(terminal, question, name, { yes, what: "dray restore" });
}

function writeLoss(
  { project, stack }: Chosen,
  workload: WorkloadState,
  { lost, to, at }: { readonly lost: HostState; readonly to: string; readonly at: string },
): void {
  const file = pinsFile(project.dir, stack);
  const programHost = workload.wantedHost ?? lost.name;
  writePins(file, pinsAfterLoss(readPins(file), { workload: workload.name, to, programHost, lost, at }));
}

function tell(
  restored: Restored & { readonly kept: readonly string[] },
  parity: Parity,
  { json, stack }: RestoreOptions,
  terminal: Terminal,
): void {
  const { workload, to, lost, dataOf, kept, programSaysSo } = restored;
  if (json) {
    printDocument(terminal, "restore", { workload, lost, to, dataOf, keptImages: kept, parity });
    return;
  }
  const data =
    dataOf === undefined ? "without data" : `with the data of ${dataOf}; what was written on ${lost} after that is lost`;
  const flags = stack === undefined ? "" : ` --stack ${stack}`;
  const edit = programSaysSo
    ? `Take ${lost} out of the program`
    : `The program still says ${lost}: write ${to} there, take ${lost} out`;
  const lines = [
    `${workload} runs on ${to}, ${data}.`,
    ...parityLines(restored, parity, terminal),
    ...kept.map(
      (image) => `image ${image} is kept as it ran; the program's folder has other content now (dray unpin ${image}${flags})`,
    ),
    `${edit}, and commit the pins file. See: dray status${flags}`,
  ];
  terminal.out(`${lines.join("\n")}\n`);
}

function parityLines({ lost }: Restored, { ran, receipt }: Parity, { paint }: Terminal): string[] {
  const other = (receipt?.findings ?? []).filter(({ kind }) => kind === "difference");
  const found = [...(ran?.differences ?? []), ...other.map(({ path }) => path)];
  if (ran === undefined && receipt === undefined) return [];
  if (found.length > 0) return [`${paint.yellow("not as it ran")} on ${lost}: ${found.join(", ")}`];
  return [
    `${paint.green("as it ran")} on ${lost}: images and configuration of ${ran?.same.join(", ") || "all services"} are equal`,
  ];
}

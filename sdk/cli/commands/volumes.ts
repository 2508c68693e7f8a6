import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { Command } from "commander";
import { DrayageError } from "../../spec/drayage-error";
import { type StackOptions, withExamples, withStackOptions, withYes } from "../common-options";
import { confirmByName, requireSomeone } from "../confirm";
import { Failures } from "../failures";
import { exportVolume } from "../fleet/export-volume";
import type { Fleet } from "../fleet/fleet";
import { listVolumes, oneVolume } from "../fleet/list-volumes";
import { refuseRemoval, removeVolume } from "../fleet/remove-volume";
import { findStackUid } from "../fleet/stack-owner";
import { withFleet } from "../fleet/with-fleet";
import { printDocument } from "../json-output";
import { humanBytes } from "../render/human";
import { errorRecord } from "../render/render-error";
import { renderVolumes } from "../render/render-volumes";
import { shownOperation } from "../render/shown-operation";
import { systemClock } from "../system-clock";
import { openProgressView, silentView } from "../terminal/progress-view";
import type { Terminal } from "../terminal/terminal";

interface OneVolumeOptions extends StackOptions {
  readonly host?: string;
  readonly yes?: boolean;
}

export function volumesCommand(terminal: Terminal): Command {
  const volumes = new Command("volumes").description(
    "The volumes on the stack's hosts: current, superseded by a move, kept after a destroy, of other stacks.",
  );
  volumes.addCommand(listCommand(terminal));
  volumes.addCommand(removeCommand(terminal));
  volumes.addCommand(exportCommand(terminal));
  return withExamples(
    volumes,
    "dray volumes ls",
    "dray volumes export shop-3f2a9c-data data.tar",
    "dray volumes rm shop-3f2a9c-data --host rack",
  );
}

function listCommand(terminal: Terminal): Command {
  const command = withStackOptions(new Command("ls"))
    .summary("list them with size and state")
    .action((options: StackOptions) => withFleet(options, terminal, (fleet) => list(fleet, options, terminal)));
  return withExamples(command, "dray volumes ls", "dray volumes ls --json");
}

function removeCommand(terminal: Terminal): Command {
  const command = withYes(withStackOptions(new Command("rm")))
    .summary("remove one that is no longer in use; its data is gone")
    .argument("<name>", "Docker's name of it, as `ls` shows it")
    .option("--host <host>", "where several hosts have one of that name")
    .action((name: string, options: OneVolumeOptions) => {
      if (!options.yes) requireSomeone(terminal, "dray volumes rm");
      return withFleet(options, terminal, (fleet) => remove(fleet, name, options, terminal));
    });
  return withExamples(command, "dray volumes rm shop-3f2a9c-data --host rack", "dray volumes rm shop-3f2a9c-data --yes");
}

function exportCommand(terminal: Terminal): Command {
  const command = withStackOptions(new Command("export"))
    .summary("copy one into a tar file on this machine")
    .description(
      "Copy a volume into an uncompressed tar file on this machine, with owners, modes and links. The volume is only read. A running database is copied as it lies there: stop the service, or use its own dump, for a consistent copy.",
    )
    .argument("<name>", "Docker's name of it, as `dray volumes ls` shows it")
    .argument("<file>", "a file that is not there yet")
    .option("--host <host>", "where several hosts have one of that name")
    .action((name: string, file: string, options: OneVolumeOptions) =>
      withFleet(options, terminal, (fleet) => exportOne(fleet, name, file, options, terminal)),
    );
  return withExamples(
    command,
    "dray volumes export shop-3f2a9c-data data.tar",
    "dray stop db && dray volumes export shop-3f2a9c-data data.tar && dray start db",
  );
}

async function list(fleet: Fleet, options: StackOptions, terminal: Terminal): Promise<void> {
  const { volumes, failed } = await listVolumes(fleet, findStackUid(fleet.chosen));
  if (options.json) {
    printDocument(terminal, "volumes ls", { stack: fleet.chosen.stack, volumes, errors: failed.map(errorRecord) });
    terminal.exitCode = failed[0]?.exitCode ?? 0;
    return;
  }
  if (volumes.length > 0) terminal.out(`${renderVolumes(volumes, Date.now(), terminal.paint)}\n`);
  else if (failed.length === 0) terminal.out("There are no volumes.\n");
  if (failed.length > 0) throw new Failures(failed);
}

async function remove(fleet: Fleet, name: string, options: OneVolumeOptions, terminal: Terminal): Promise<void> {
  const volume = oneVolume(await listVolumes(fleet, findStackUid(fleet.chosen)), name, options.host);
  refuseRemoval(volume);
  const size = volume.bytes === undefined ? "of unknown size" : humanBytes(volume.bytes);
  const question = `${terminal.errorPaint.red("Its data is gone for ever:")} ${volume.workload}/${volume.volume} on ${volume.host}, ${volume.state}, ${size}.`;
  await confirmByName(terminal, question, name, { yes: options.yes, what: "dray volumes rm" });
  await removeVolume(fleet, volume);
  if (options.json) printDocument(terminal, "volumes rm", { removed: volume });
  else terminal.out(`removed ${name} on ${volume.host}\n`);
}

async function exportOne(fleet: Fleet, name: string, file: string, options: OneVolumeOptions, terminal: Terminal): Promise<void> {
  const path = resolve(terminal.cwd, file);
  if (existsSync(path))
    throw new DrayageError("NAME_TAKEN", "The file is there already; nothing was written.", { subject: path });
  const volume = oneVolume(await listVolumes(fleet, findStackUid(fleet.chosen)), name, options.host);
  const { docker } = await fleet.connect(volume.host);
  const view = options.json ? silentView : openProgressView(terminal, systemClock);
  const stop = new AbortController();
  const off = terminal.onInterrupt(() => stop.abort());
  const operation = shownOperation({ id: `export ${name}`, kind: "copy volume", subject: name, host: volume.host });
  const event = { scope: volume.workload, operation };
  view.show({ kind: "started", ...event, at: systemClock.monotonic() });
  try {
    const total = volume.bytes === undefined ? {} : { total: volume.bytes };
    const onBytes = (done: number) =>
      view.show({ kind: "progress", ...event, progress: { done, unit: "bytes", ...total }, at: systemClock.monotonic() });
    const exported = await exportVolume({
      docker,
      volume: name,
      file: path,
      expectedDataBytes: volume.usedBy.length === 0 ? volume.dataBytes : undefined,
      signal: stop.signal,
      onBytes,
    });
    view.close();
    if (options.json) printDocument(terminal, "volumes export", { volume, ...exported });
    else
      terminal.out(
        `${file}: ${humanBytes(exported.bytes)}, ${exported.entries} entries, ${humanBytes(exported.dataBytes)} of data\n`,
      );
    const writers = volume.usedBy.length > 0 && !options.json;
    if (writers)
      terminal.err(
        `${terminal.errorPaint.yellow("warning")}  ${volume.usedBy.join(", ")} had it mounted: what was written meanwhile may be there by halves.\n`,
      );
  } catch (error) {
    throw stop.signal.aborted ? new DrayageError("CANCELLED", "Stopped; no file was left.", { subject: file }) : error;
  } finally {
    view.close();
    off();
  }
}

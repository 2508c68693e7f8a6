import { Command, InvalidArgumentError } from "commander";
import type { ExportManifest } from "../../engine/export/export-manifest";
import type { ExportStore } from "../../engine/export/export-store";
import { type ExportedWorkload, exportWorkload } from "../../engine/export/export-workload";
import type { Progress } from "../../engine/report";
import { silentReport } from "../../engine/report";
import { DrayageError } from "../../spec/drayage-error";
import { type StackOptions, withExamples, withStackOptions } from "../common-options";
import { cronLine } from "../export/cron-line";
import { readPlace } from "../export/export-place";
import { type ExportSubject, exportSubject, livingWorkload } from "../export/export-subject";
import { withStore } from "../export/open-store";
import { removeOlder } from "../export/remove-older";
import type { Fleet } from "../fleet/fleet";
import { stackOwner } from "../fleet/stack-owner";
import { withFleet } from "../fleet/with-fleet";
import { withWorkloadLease } from "../fleet/workload-lease";
import { printDocument } from "../json-output";
import { takeOne } from "../parity/take-one";
import { counted, humanBytes, humanSeconds } from "../render/human";
import { shownOperation } from "../render/shown-operation";
import { systemClock } from "../system-clock";
import { openProgressView, silentView } from "../terminal/progress-view";
import type { Terminal } from "../terminal/terminal";

interface ExportOptions extends StackOptions {
  readonly stop?: boolean;
  readonly live?: boolean;
  readonly keep?: number;
}

export function exportCommand(terminal: Terminal): Command {
  const command = withStackOptions(new Command("export"))
    .description(
      "Copy the data of a workload, as of one moment, into a new folder at a place of yours. Nearly all is copied while it serves; then its services stand still for as long as the last changes take. What is written is proved by the hash of the tree; `dray restore` and `dray import` play it back.",
    )
    .argument("<workload>", "its name in the program")
    .argument("<place>", "a folder of this machine, or ssh://user@host/absolute/folder")
    .option(
      "--stop",
      "stop the services for the last changes instead of letting them stand still: for programs that must close their files",
    )
    .option("--live", "never hold them: what is written meanwhile may be there by halves")
    .option("--keep <n>", "then remove all but the newest n exports of this workload there", wholeNumber)
    .action((workload: string, place: string, options: ExportOptions) =>
      withFleet(options, terminal, (fleet) => run(fleet, workload, place, options, terminal)),
    );
  return withExamples(command, "dray export shop ./exports", "dray export shop ssh://backup@nas.example/srv/exports --keep 14");
}

async function run(fleet: Fleet, name: string, written: string, options: ExportOptions, terminal: Terminal): Promise<void> {
  if (options.stop && options.live)
    throw new DrayageError("USAGE", "Say one of --stop and --live.", { hint: "dray export --help" });
  const place = readPlace(written, terminal.cwd);
  const { exported, removed } = await withStore(place, terminal, async (store) => ({
    exported: await underLease(fleet, name, store, options, terminal),
    removed: options.keep === undefined ? [] : await removeOlder(store, name, options.keep),
  }));
  tell(exported, { place: written, removed, cron: cronOf(fleet, name, written, options, terminal) }, options, terminal);
}

/** What runs is looked at under the lease: an up that ends just before it would leave other containers to be held. */
async function underLease(
  fleet: Fleet,
  name: string,
  store: ExportStore,
  options: ExportOptions,
  terminal: Terminal,
): Promise<ExportedWorkload> {
  const { workload, host, machineId } = await livingWorkload(fleet, name);
  const owner = stackOwner(fleet.chosen, workload.id);
  const view = options.json ? silentView : openProgressView(terminal, systemClock);
  const stop = new AbortController();
  const off = terminal.onInterrupt(() => stop.abort());
  const consistency: ExportManifest["consistency"] = options.live ? "live" : options.stop ? "stopped" : "paused";
  try {
    return await withWorkloadLease(host, { identity: workload.identity, workload: name, owner }, async () => {
      const [subject, receipt] = [await exportSubject(fleet, { workload, host }), await takeOne(fleet, name, terminal)];
      return exportWorkload({
        docker: host.docker,
        volumes: subject.volumes,
        writers: subject.writers,
        consistency,
        about: { workload: name, identity: workload.identity, ...placeOf(fleet), host: host.name, machineId, receipt },
        store,
        flush: () => flush(subject, view.say),
        context: { signal: stop.signal, clock: systemClock, report: silentReport },
        progress: (volume, progress) => view.show({ ...event(subject, volume, progress), at: systemClock.monotonic() }),
      });
    });
  } finally {
    view.close();
    off();
  }
}

const placeOf = ({ chosen }: Fleet) => ({ project: chosen.project.name, stack: chosen.stack });

/** Its failure costs time in the cut, nothing else. */
async function flush({ workload, host, running }: ExportSubject, say: (line: string) => void): Promise<void> {
  for (const [service, command] of Object.entries(workload.flushes)) {
    for (const { id } of running.filter((it) => it.service === service)) {
      const failed = await host.docker.exec(id, command, { timeoutMs: 60_000 }).then(
        ({ exitCode }) => (exitCode === 0 ? undefined : `ended with ${exitCode}`),
        (error: Error) => error.message,
      );
      if (failed !== undefined) say(`${service}: flush ${failed}`);
    }
  }
}

function event({ workload, host }: ExportSubject, volume: string, progress: Progress) {
  const operation = shownOperation({ id: `export volume ${volume}`, kind: "copy volume", subject: volume, host: host.name });
  return { kind: "progress", scope: workload.name, operation, progress } as const;
}

function cronOf(fleet: Fleet, workload: string, destination: string, { keep }: ExportOptions, terminal: Terminal): string {
  const { project, stack } = fleet.chosen;
  const place = readPlace(destination, terminal.cwd);
  const absolute = place.kind === "local" ? place.folder : destination;
  return cronLine({ program: terminal.program, projectDir: project.dir, stack, workload, destination: absolute, keep });
}

function tell(
  { name, manifest }: ExportedWorkload,
  more: { place: string; removed: readonly string[]; cron: string },
  options: ExportOptions,
  terminal: Terminal,
): void {
  if (options.json) {
    printDocument(terminal, "export", { export: name, ...more, manifest });
    return;
  }
  const { dim } = terminal.paint;
  const volumes = Object.entries(manifest.volumes).map(
    ([volume, it]) =>
      `  ${volume}  ${humanBytes(it.bytes)} in ${counted(it.files, "entry", "entries")}  ${dim(`tree ${it.rootHash.slice(0, 12)}, file ${humanBytes(it.fileBytes)}`)}`,
  );
  const held = { paused: "services stood still for", stopped: "services were stopped for", live: "services were not held" }[
    manifest.consistency
  ];
  const lines = [
    `${more.place.replace(/\/+$/, "")}/${name}`,
    ...volumes,
    `  as of ${manifest.at}; ${held}${manifest.consistency === "live" ? ": a database may be there by halves" : ` ${humanSeconds(manifest.heldSeconds)}`}`,
    ...more.removed.map((old) => `  removed ${old}`),
    dim(`every night, by cron:  ${more.cron}`),
  ];
  terminal.out(`${lines.join("\n")}\n`);
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError("Give a number from 1.");
  return Number(text);
}

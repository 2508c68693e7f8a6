/** What a restore may take a workload's data from, besides an export: what is offered, and what stands in the way. */
import { silentReport } from "../../engine/report";
import { DrayageError } from "../../spec/drayage-error";
import type { Fleet } from "../fleet/fleet";
import { listVolumes } from "../fleet/list-volumes";
import { findStackUid } from "../fleet/stack-owner";
import type { WorkloadState } from "../state/stack-state";
import { systemClock } from "../system-clock";
import { type DataSource, fromKeptCopy, keptCopies } from "./data-source";
import type { OnDisk } from "./own-disk";
import { diskOffer } from "./restore-question";

export interface KeptWanted {
  readonly from: string;
  readonly to: string;
  readonly signal: AbortSignal;
}

/** @throws NOT_FOUND DATA_PROTECTED */
export async function keptSource(fleet: Fleet, workload: WorkloadState, { from, to, signal }: KeptWanted): Promise<DataSource> {
  const { volumes } = await listVolumes(fleet, findStackUid(fleet.chosen));
  const copy = keptCopies(volumes, workload.identity).find((it) => it.host === from);
  if (copy === undefined) {
    const also = from === to ? ", and nothing of it serves there" : "";
    throw new DrayageError("NOT_FOUND", `${from} kept no copy of ${workload.name}${also}.`, { hint: "dray volumes ls" });
  }
  const context = { signal, clock: systemClock, report: silentReport };
  return fromKeptCopy(await fleet.connect(copy.host), copy, context);
}

/** Says what there is. */
export async function askForSource(
  fleet: Fleet,
  { name, identity }: WorkloadState,
  disk: OnDisk,
  say: (line: string) => void,
): Promise<DrayageError> {
  const { volumes } = await listVolumes(fleet, findStackUid(fleet.chosen));
  const copies = keptCopies(volumes, identity).map((it) => `--from ${it.host} (kept since ${it.at})`);
  const own =
    disk.kind === "serves"
      ? [`--from ${disk.host} (its own disk${disk.deploy === undefined ? "" : `, newest deploy ${disk.deploy.at}`})`]
      : [];
  const found = [...own, ...copies];
  if (disk.kind === "refused") say(disk.error.message);
  say(found.length === 0 ? "No reachable host kept a copy." : `Its data is here: ${found.join(", ")}.`);
  return new DrayageError("USAGE", `${name} has data: say where it is to come from.`, {
    hint: `--from EXPORT (what dray export wrote)${found.length === 0 ? "" : ", --from HOST"}, or --empty to give the data up.`,
  });
}

/** What is on the target's own disk and is not asked for. */
export function otherData(disk: OnDisk, { name }: WorkloadState, to: string): string[] {
  if (disk.kind === "serves") return [`${diskOffer(disk, name)}; now it steps aside and is kept`];
  return disk.kind === "refused" ? [`${to} has data of ${name} that nothing goes on with: ${disk.error.message}`] : [];
}

export function notEmpty({ name }: WorkloadState, disk: OnDisk, to: string): DrayageError {
  const why = disk.kind === "refused" ? ` ${disk.error.message}` : "";
  return new DrayageError("DATA_PROTECTED", `${to}'s own disk has data of ${name}: it would not begin empty there.${why}`, {
    subject: `${name} on ${to}`,
    hint: `${disk.kind === "serves" ? `--from ${to} goes on with that data. ` : ""}To begin empty, name another host.`,
  });
}

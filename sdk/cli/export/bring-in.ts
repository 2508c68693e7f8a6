/** The data of a source into a workload's new volumes on a host, shown while it goes. What `import` and `restore` share. */
import { fillVolumes } from "../../engine/export/fill-volumes";
import { label } from "../../engine/labels";
import { silentReport } from "../../engine/report";
import type { RunContext } from "../../engine/run-context";
import type { Fleet, FleetHost } from "../fleet/fleet";
import { stackOwner } from "../fleet/stack-owner";
import { withWorkloadLease } from "../fleet/workload-lease";
import { shownOperation } from "../render/shown-operation";
import { systemClock } from "../system-clock";
import { openProgressView, silentView } from "../terminal/progress-view";
import type { Terminal } from "../terminal/terminal";
import type { DataSource } from "./data-source";

export interface BringIn {
  readonly target: FleetHost;
  readonly identity: string;
  readonly workload: string;
  /** The resource's id; "" for one that was never deployed. */
  readonly id: string;
  /** Absent: there is no data; the host's record is told all the same that the workload lives here. */
  readonly source: DataSource | undefined;
}

/** Yields Docker's names of the volumes. Containers of the workload that mount its data there are removed at the very end. */
export async function bringIn(
  fleet: Fleet,
  { target, identity, workload, id, source }: BringIn,
  { json, signal }: { readonly json: boolean; readonly signal: AbortSignal },
  terminal: Terminal,
): Promise<Readonly<Record<string, string>>> {
  const owner = stackOwner(fleet.chosen, id);
  const view = json ? silentView : openProgressView(terminal, systemClock);
  const context: RunContext = { signal, clock: systemClock, report: silentReport };
  try {
    return await withWorkloadLease(target, { identity, workload, owner, unrecorded: true }, (lease) =>
      fillVolumes({
        ...{ docker: target.docker, lease, identity, workload, owner, sources: source?.volumes ?? {}, context },
        beforeSwitch: () => endUsers(target, identity),
        onBytes: (volume, done, total) =>
          view.show({
            kind: "progress",
            scope: workload,
            operation: shownOperation({
              id: `bring in volume ${volume}`,
              kind: "copy volume",
              subject: volume,
              host: target.name,
            }),
            progress: { done, total, unit: "bytes" },
            at: systemClock.monotonic(),
          }),
      }),
    );
  } finally {
    view.close();
  }
}

/**
 * What mounts data of the workload is stopped and removed, so that nothing starts it on the old data again; the next up makes it anew on
 * the new.
 */
async function endUsers({ docker }: FleetHost, identity: string): Promise<void> {
  const own = (kind: string) => ({ label: [`${label.identity}=${identity}`, `${label.kind}=${kind}`] });
  const [containers, volumes] = await Promise.all([docker.listContainers(own("container")), docker.listVolumes(own("volume"))]);
  const data = new Set(volumes.map(({ Name }) => Name));
  const users = containers.filter((it) => it.Mounts.some(({ Name }) => Name !== undefined && data.has(Name)));
  for (const { Id } of users) await docker.stopContainer(Id);
  for (const { Id } of users) await docker.removeContainer(Id);
}

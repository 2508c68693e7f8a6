/** What of a workload is exported, from its state, its host's record and its containers. */
import type { HostRecord } from "../../engine/record/host-record";
import { DrayageError } from "../../spec/drayage-error";
import { latest } from "../fleet/act-on-service";
import type { Fleet, FleetHost } from "../fleet/fleet";
import { listServiceContainers, type ServiceContainer } from "../fleet/service-containers";
import type { WorkloadState } from "../state/stack-state";

export interface ExportSubject {
  readonly workload: WorkloadState;
  readonly host: FleetHost;
  readonly machineId: string;
  /** Name in the program → Docker's name. */
  readonly volumes: Readonly<Record<string, string>>;
  /** Running containers that mount one of them. */
  readonly writers: readonly ServiceContainer[];
  /** All running ones. */
  readonly running: readonly ServiceContainer[];
}

/** @throws NOT_FOUND where there is nothing to export */
export async function exportSubject(fleet: Fleet, name: string): Promise<ExportSubject> {
  const workload = oneWorkload(fleet, name);
  const [lives] = workload.placements;
  if (lives === undefined) throw new DrayageError("NOT_FOUND", `${name} lives nowhere yet.`, { hint: "dray up" });
  const host = await fleet.connect(lives.name);
  const volumes = currentVolumes(await host.record.read(), workload);
  if (Object.keys(volumes).length === 0) {
    throw new DrayageError("NOT_FOUND", `${name} has no volume with data on ${lives.name}.`, { hint: "dray volumes ls" });
  }
  const { containers } = await listServiceContainers(fleet);
  const running = latest(containers).filter(
    (it) => it.host === host.name && it.identity === workload.identity && it.state === "running",
  );
  const writers = await mounting(host, running, Object.values(volumes));
  return { workload, host, machineId: lives.machineId, volumes, writers, running };
}

export function oneWorkload(fleet: Fleet, name: string): WorkloadState {
  const found = fleet.state.workloads.find((it) => it.name === name);
  if (found !== undefined) return found;
  const names = fleet.state.workloads.map((it) => it.name).join(", ");
  throw new DrayageError("NOT_FOUND", `There is no workload ${JSON.stringify(name)} in stack ${fleet.chosen.stack}.`, {
    hint: names === "" ? "dray up" : `It has ${names}.`,
  });
}

/** What may be lost is not exported. */
function currentVolumes(record: HostRecord, { identity, ephemeral }: WorkloadState): Record<string, string> {
  const known = Object.entries(record.workloads[identity]?.volumes ?? {});
  const current = known.filter(([name, volume]) => volume.state === "current" && !ephemeral.includes(name));
  return Object.fromEntries(current.map(([name, volume]) => [name, volume.dockerName]));
}

async function mounting(
  { docker }: FleetHost,
  running: readonly ServiceContainer[],
  volumes: readonly string[],
): Promise<ServiceContainer[]> {
  const summaries = await docker.listContainers();
  const mounts = new Map(
    summaries.map((it) => [it.Id, it.Mounts.flatMap((mount) => (mount.Name === undefined ? [] : [mount.Name]))]),
  );
  return running.filter((it) => mounts.get(it.id)?.some((name) => volumes.includes(name)));
}

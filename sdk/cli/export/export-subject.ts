/** What of a workload is exported, from its state, its host's record and its containers. */
import type { HostRecord } from "../../engine/record/host-record";
import { DrayageError } from "../../spec/drayage-error";
import { latest } from "../fleet/act-on-service";
import type { Fleet, FleetHost } from "../fleet/fleet";
import { listServiceContainers, type ServiceContainer } from "../fleet/service-containers";
import type { WorkloadState } from "../state/stack-state";

export interface ExportSubject extends Pick<LivingWorkload, "workload" | "host"> {
  /** Name in the program → Docker's name. */
  readonly volumes: Readonly<Record<string, string>>;
  /** Running containers that mount one of them. */
  readonly writers: readonly ServiceContainer[];
  /** All running ones. */
  readonly running: readonly ServiceContainer[];
}

export interface LivingWorkload {
  readonly workload: WorkloadState;
  readonly host: FleetHost;
  readonly machineId: string;
}

/** @throws NOT_FOUND for one that is unknown or lives nowhere, HOST_* */
export async function livingWorkload(fleet: Fleet, name: string): Promise<LivingWorkload> {
  const workload = oneWorkload(fleet, name);
  const [lives] = workload.placements;
  if (lives === undefined) throw new DrayageError("NOT_FOUND", `${name} lives nowhere yet.`, { hint: "dray up" });
  return { workload, host: await fleet.connect(lives.name), machineId: lives.machineId };
}

/** @throws NOT_FOUND where there is nothing to export, WORLD_MOVED when something of it stands still */
export async function exportSubject(
  fleet: Fleet,
  { workload, host }: Pick<LivingWorkload, "workload" | "host">,
): Promise<ExportSubject> {
  const { name, identity } = workload;
  const volumes = currentVolumes(await host.record.read(), workload);
  if (Object.keys(volumes).length === 0) {
    throw new DrayageError("NOT_FOUND", `${name} has no volume with data on ${host.name}.`, { hint: "dray volumes ls" });
  }
  const { containers } = await listServiceContainers(fleet);
  const own = latest(containers).filter((it) => it.host === host.name && it.identity === identity);
  const paused = own.find((it) => it.state === "paused");
  if (paused !== undefined) throw standsStill(paused);
  const running = own.filter((it) => it.state === "running");
  return { workload, host, volumes, running, writers: await mounting(host, running, Object.values(volumes)) };
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

const standsStill = ({ workload, service, host }: ServiceContainer): DrayageError =>
  new DrayageError("WORLD_MOVED", "It is paused: an export was killed while it held it, or somebody paused it by hand.", {
    subject: `${workload}/${service} on ${host}`,
    hint: "`dray up` lets it go on; then export again.",
  });

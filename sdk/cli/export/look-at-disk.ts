import { pinsFile, readPins } from "../../context/pins-file";
import { label } from "../../engine/labels";
import type { WorkloadRecord } from "../../engine/record/host-record";
import { DrayageError } from "../../spec/drayage-error";
import type { Fleet, FleetHost } from "../fleet/fleet";
import { listServiceContainers } from "../fleet/service-containers";
import { stackOwner } from "../fleet/stack-owner";
import type { HostState, WorkloadState } from "../state/stack-state";
import { judgeDisk, type OnDisk } from "./own-disk";

/** What a host's own disk has of a workload. Changes nothing. */
export async function lookAtDisk(
  fleet: Fleet,
  target: FleetHost,
  workload: WorkloadState,
  lost: Pick<HostState, "machineId">,
): Promise<OnDisk> {
  const { identity, id } = workload;
  const own = (kind: string) => ({ label: [`${label.identity}=${identity}`, `${label.kind}=${kind}`] });
  const [{ workloads }, volumes, containers] = await Promise.all([
    target.record.read(),
    target.docker.listVolumes(own("volume")),
    target.docker.listContainers(own("container")),
  ]);
  const record = workloads[identity];
  const { project, stack } = fleet.chosen;
  const { machineId } = fleet.host(target.name);
  const was = Object.values(readPins(pinsFile(project.dir, stack)).lost).find((it) => it.machineId === machineId);
  return judgeDisk({
    workload,
    wasLost: was?.at,
    host: target.name,
    lost,
    owner: stackOwner(fleet.chosen, id),
    record,
    found: volumes.map(({ Name }) => Name),
    running: containers.filter(({ State }) => State === "running").length,
    handedOn: await hasHandedOn(fleet, record, identity),
  });
}

/** A copy that runs on a third host, as one from another snapshot of the same disk. @throws DATA_PROTECTED */
export async function refuseOtherWriter(fleet: Fleet, { name, identity }: WorkloadState, to: string): Promise<void> {
  const { containers } = await listServiceContainers(fleet);
  const others = containers.filter((it) => it.identity === identity && it.host !== to && mayWrite.includes(it.state));
  if (others.length === 0) return;
  const hosts = [...new Set(others.map(({ host }) => host))].join(", ");
  throw new DrayageError("DATA_PROTECTED", `Containers of ${name} run on ${hosts} too: two copies would go different ways.`, {
    subject: `${name} on ${to}`,
    hint: `Decide which of them it is to be. Switch the other machine off, or remove its containers there (${others.map((it) => it.name).join(", ")}); then run the command again.`,
  });
}

/** As Docker says it. */
const mayWrite = ["running", "paused", "restarting"];

/** One that does not answer has not. */
async function hasHandedOn(fleet: Fleet, record: WorkloadRecord | undefined, identity: string): Promise<boolean> {
  const handover = record?.state === "ceded" ? record.handover : undefined;
  const next = fleet.hosts.find(({ machineId }) => machineId !== "" && machineId === handover?.machineId);
  if (next === undefined) return false;
  try {
    const there = await (await fleet.connect(next.name)).record.read();
    return there.workloads[identity]?.state === "ceded";
  } catch {
    return false;
  }
}

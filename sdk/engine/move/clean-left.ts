/** What a move prepared and never used, or left behind when it had ended: removed, once its host answers, by leave of the host where the workload lives. */
import { DrayageError } from "../../spec/drayage-error";
import { emptyFolder } from "../data/fill-folder";
import type { ContainerSummary } from "../docker/docker-engine";
import { forwarderKind } from "../forward/forwarder-container";
import type { HostHandle } from "../host/host-handle";
import { label } from "../labels";
import type { Peer, WorkloadRecord } from "../record/host-record";
import type { Lease } from "../record/record-store";
import { observeHost } from "../workload/host-snapshot";
import { withLease } from "../workload/lease-workload";
import { underLease } from "../workload/under-lease";
import type { ApplyRequest } from "../workload/workload-request";
import * as records from "./move-records";

export type CleanRequest = Pick<ApplyRequest, "identity" | "owner" | "holder" | "spec">;

/** `home`: where it lives. @throws WORLD_MOVED when that is not so, or when the record of `left` says that it lives there. */
export async function cleanLeft(request: CleanRequest, home: HostHandle, left: HostHandle): Promise<void> {
  const { identity, owner, holder, spec } = request;
  const wish = { identity, owner, holder, name: spec.name, purpose: "move" as const };
  await withLease({ ...wish, host: home }, async (homeLease) => {
    const own = (await home.record.read()).workloads[identity];
    if (own === undefined || !records.livesHere(own)) throw notThere(spec.name, home);
    await withLease({ ...wish, host: left, initialState: "preparing" }, (lease) => cleanUnderLease(left, identity, lease));
    await homeLease.change((record) => records.cleanedUp(record, peerOf(left)));
  });
  observeHost(home).refresh();
  observeHost(left).refresh();
}

async function cleanUnderLease(left: HostHandle, identity: string, lease: Lease): Promise<void> {
  const entry = (await left.record.read()).workloads[identity];
  if (entry === undefined) return;
  await clear(left, identity, entry, lease);
  if (entry.state === "ceded") await lease.change(records.releasedSource);
  if (!records.livesHere(entry) && entry.state !== "ceded") await lease.change(records.undoneTarget);
}

/** Nothing of it may be on a target before it arrives: a container left by another move has that one's volumes mounted. @throws WORLD_MOVED where it lives there */
export async function clearTarget(target: HostHandle, identity: string, lease: Lease): Promise<void> {
  const entry = (await target.record.read()).workloads[identity];
  if (entry !== undefined) await clear(target, identity, entry, lease);
}

async function clear(host: HostHandle, identity: string, entry: WorkloadRecord, lease: Lease): Promise<void> {
  if (await servesThere(host, identity, entry)) throw notThere(entry.name, host);
  await cleanWorkload(host, identity, lease);
  await removeIncoming(host, identity, entry, lease);
}

/** An entry without data and containers is what a lease made, or what an earlier life of the workload left. */
export async function servesThere(host: HostHandle, identity: string, entry: WorkloadRecord): Promise<boolean> {
  if (!records.livesHere(entry)) return false;
  if (Object.values(entry.volumes).some(({ state }) => state === "current")) return true;
  return (await containersOf(host, identity)).length > 0;
}

/** Volumes and contents of folders that an unfinished move made and nobody ever used. */
async function removeIncoming(host: HostHandle, identity: string, entry: WorkloadRecord, lease: Lease): Promise<void> {
  const { docker } = underLease(host, () => lease.assertHeld());
  const incoming = records.incomingVolumes(entry);
  const ours = await docker.listVolumes({ label: [`${label.identity}=${identity}`] });
  for (const { Name } of ours.filter((each) => incoming.includes(each.Name))) await docker.removeVolume(Name);
  for (const path of records.incomingFolders(entry)) await emptyFolder(docker, path);
}

/** Without the forwarder, which works for the place where it lives now. */
async function containersOf(host: HostHandle, identity: string): Promise<ContainerSummary[]> {
  const all = await host.docker.listContainers({ label: [`${label.identity}=${identity}`] });
  return all.filter(({ Labels }) => Labels[label.kind] !== forwarderKind);
}

/** Removes everything of a workload on a host that is not data: containers, networks, secret and config sets. */
export async function cleanWorkload(host: HostHandle, identity: string, lease: Lease): Promise<void> {
  const { docker } = underLease(host, () => lease.assertHeld());
  const filters = { label: [`${label.identity}=${identity}`] };
  const containers = await containersOf(host, identity);
  await Promise.all(containers.map((container) => docker.removeContainer(container.Id, { force: true })));
  const volumes = (await docker.listVolumes(filters)).filter((volume) =>
    ["secrets", "configs"].includes(volume.Labels[label.kind] ?? ""),
  );
  await Promise.all(volumes.map((volume) => docker.removeVolume(volume.Name)));
  const networks = await docker.listNetworks(filters);
  await Promise.all(networks.map((network) => docker.removeNetwork(network.Id)));
}

export function peerOf(host: HostHandle): Peer {
  const { machineId, engineId } = host.measured;
  if (machineId === undefined) throw new DrayageError("INTERNAL", `the machine id of ${host.name} was not measured`);
  return { host: host.name, machineId, engineId };
}

function notThere(name: string, host: HostHandle): DrayageError {
  return new DrayageError(
    "WORLD_MOVED",
    `the record of ${host.name} tells another story of where ${name} lives than its peer's`,
    {
      subject: `${name} on ${host.name}`,
      hint: `Nothing was removed. Compare the records: dray move ${name} --status`,
    },
  );
}

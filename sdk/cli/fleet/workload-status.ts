/** Where each workload of the stack lives and what is going on there: state, records and containers put side by side. */
import { observedForwarders } from "../../engine/forward/forwarder-container";
import { label } from "../../engine/labels";
import type { LeaseRecord, Owner, WorkloadRecord } from "../../engine/record/host-record";
import type { DrayageError } from "../../spec/drayage-error";
import { asDrayageError } from "../render/render-error";
import { latest } from "./act-on-service";
import type { Fleet, FleetHost } from "./fleet";
import { listServiceContainers, type ServiceContainer } from "./service-containers";

export interface WorkloadStatus {
  readonly workload: string;
  readonly identity: string;
  /** Where the state says that it lives. */
  readonly placements: readonly string[];
  readonly hosts: readonly HostStatus[];
}

export interface HostStatus {
  readonly host: string;
  readonly state: WorkloadRecord["state"];
  readonly epoch: number;
  readonly owner: Owner;
  /** Its holder runs. A lease whose session container is gone is free. */
  readonly lease?: LeaseRecord;
  /** A move is open: to where, and its last step. */
  readonly move?: { readonly to: string; readonly step: string; readonly at: string };
  readonly cededTo?: string;
  /** What this host does for clients that still dial it. */
  readonly forward?: { readonly to: string; readonly ports: readonly number[]; readonly running: boolean };
  readonly running: number;
  readonly containers: number;
  readonly unhealthy: readonly string[];
  readonly volumes: Readonly<Record<string, number>>;
  readonly releasedAt?: string;
}

export interface FleetStatus {
  readonly workloads: readonly WorkloadStatus[];
  readonly failed: readonly DrayageError[];
}

export async function fleetStatus(fleet: Fleet): Promise<FleetStatus> {
  const [{ containers, failed }, { reached }] = await Promise.all([listServiceContainers(fleet), fleet.connectAll()]);
  const records = await Promise.allSettled(reached.map(async (host) => ({ host, record: await host.record.read() })));
  const read = records.flatMap((it) => (it.status === "fulfilled" ? [it.value] : []));
  const unread = records.flatMap((it) => (it.status === "rejected" ? [asDrayageError(it.reason)] : []));
  const workloads = await Promise.all(
    fleet.state.workloads.map(async ({ name, identity, placements }) => {
      const known = read.flatMap(({ host, record }) =>
        record.workloads[identity] === undefined ? [] : [{ host, record: record.workloads[identity] }],
      );
      const hosts = await Promise.all(
        known.map(({ host, record }) =>
          hostStatus(
            host,
            identity,
            record,
            containers.filter((it) => it.identity === identity && it.host === host.name),
          ),
        ),
      );
      return { workload: name, identity, placements: placements.map((it) => it.name), hosts };
    }),
  );
  return { workloads, failed: [...failed, ...unread] };
}

async function forwardOf(
  { docker }: FleetHost,
  identity: string,
  { forward }: WorkloadRecord,
): Promise<HostStatus["forward"] | undefined> {
  if (forward === undefined) return undefined;
  const found = await docker.listContainers({ label: [`${label.identity}=${identity}`] });
  const running = observedForwarders(found, identity).some((it) => it.running);
  return { to: forward.to.host, ports: forward.ports, running };
}

async function hostStatus(
  host: FleetHost,
  identity: string,
  record: WorkloadRecord,
  containers: readonly ServiceContainer[],
): Promise<HostStatus> {
  const serving = latest(containers);
  const lease = await heldLease(host, record);
  const move = openMove(record);
  const released = record.releases.at(-1)?.at;
  const forward = await forwardOf(host, identity, record);
  return {
    host: host.name,
    state: record.state,
    epoch: record.epoch,
    owner: record.owner,
    ...(lease === undefined ? {} : { lease }),
    ...(move === undefined ? {} : { move }),
    ...(forward === undefined ? {} : { forward }),
    ...(record.handover === undefined || record.state !== "ceded" ? {} : { cededTo: record.handover.host }),
    running: serving.filter((it) => it.state === "running").length,
    containers: serving.length,
    unhealthy: serving
      .filter((it) => it.health === "unhealthy" || it.state !== "running")
      .map((it) => `${it.service}.${it.replica}`),
    volumes: countBy(Object.values(record.volumes).map((it) => it.state)),
    ...(released === undefined ? {} : { releasedAt: released }),
  };
}

/** Dead holders leave their lease written down; it counts only while their session container runs. */
export async function heldLease({ docker }: FleetHost, { lease }: WorkloadRecord): Promise<LeaseRecord | undefined> {
  if (lease === undefined) return undefined;
  return (await docker.inspectContainer(lease.session))?.State.Running === true ? lease : undefined;
}

export function openMove(record: WorkloadRecord): HostStatus["move"] {
  const opened = record.journal.find((entry) => entry.step === "move");
  const last = record.journal.at(-1);
  return opened === undefined || last === undefined
    ? undefined
    : { to: String(opened.detail?.host ?? "?"), step: last.step, at: last.at };
}

function countBy(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

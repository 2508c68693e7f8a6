/** Every volume of drayage on the stack's hosts: what the records say of it, who owns it, how much is in it. */
import type { VolumeInspect } from "../../engine/docker/docker-engine";
import { readingCapabilities, runMover } from "../../engine/host/mover-container";
import { label } from "../../engine/labels";
import type { HostRecord, Owner, VolumeRecord } from "../../engine/record/host-record";
import { DrayageError } from "../../spec/drayage-error";
import { hostTraits } from "../../spec/host-traits";
import type { Fleet, FleetHost } from "./fleet";

export interface FleetVolume {
  /** Docker's name. */
  readonly name: string;
  readonly host: string;
  readonly workload: string;
  readonly identity: string;
  /** Name in the program. */
  readonly volume: string;
  /** unrecorded: labelled as ours, but in no record of the host. */
  readonly state: VolumeRecord["state"] | "unrecorded";
  readonly protect: boolean;
  /** Absent when it belongs to this stack. */
  readonly foreignOwner?: Pick<Owner, "project" | "stack">;
  readonly since?: string;
  /** Containers that mount it, running or not. */
  readonly usedBy: readonly string[];
  /** On disk. Absent: could not be measured. */
  readonly bytes?: number;
  /** Sum of the files' lengths, hard links once, holes counted. */
  readonly dataBytes?: number;
  /** Files, folders and links. */
  readonly files?: number;
}

export interface FleetVolumes {
  readonly volumes: readonly FleetVolume[];
  readonly failed: readonly DrayageError[];
}

export async function listVolumes(fleet: Fleet, stackUid: string | undefined): Promise<FleetVolumes> {
  const { reached, failed } = await fleet.connectAll();
  const perHost = await Promise.allSettled(reached.map((host) => volumesOn(host, { fleet, stackUid })));
  const errors = perHost.flatMap((it) => (it.status === "rejected" ? [it.reason as DrayageError] : []));
  const volumes = perHost.flatMap((it) => (it.status === "fulfilled" ? it.value : []));
  return { volumes: volumes.sort((a, b) => key(a).localeCompare(key(b))), failed: [...failed, ...errors] };
}

export interface VolumeQuestion {
  readonly fleet: Fleet;
  readonly stackUid: string | undefined;
  /** Only these are listed, and measured. Default: all. */
  readonly states?: readonly FleetVolume["state"][];
}

export async function volumesOn(host: FleetHost, { fleet, stackUid, states }: VolumeQuestion): Promise<FleetVolume[]> {
  const { docker, name } = host;
  const [labelled, containers, record] = await Promise.all([
    docker.listVolumes({ label: [`${label.kind}=volume`] }),
    docker.listContainers(),
    host.record.read(),
  ]);
  const protectedHost = hostTraits(fleet.hosts.find((it) => it.name === name)?.traits).protection.data;
  const wanted = labelled
    .map((it) => described(it, record, name, isOurs(fleet, stackUid)))
    .filter((it) => states === undefined || states.includes(it.state));
  const measured = await measureVolumes(
    host,
    wanted.map((it) => it.name),
  );
  return wanted.map((it) => {
    const mounted = containers.filter((container) => container.Mounts.some((mount) => mount.Name === it.name));
    const usedBy = mounted
      .filter((container) => container.Labels[label.kind] !== "helper")
      .map((container) => (container.Names[0] ?? container.Id).replace(/^\//, ""));
    return { ...it, protect: it.protect || protectedHost, usedBy, ...measured.get(it.name) };
  });
}

function isOurs(fleet: Fleet, stackUid: string | undefined): (owner: Owner | undefined, identity: string) => boolean {
  const identities = new Set(fleet.state.workloads.map((it) => it.identity));
  return (owner, identity) => (owner === undefined ? identities.has(identity) : owner.stackUid === stackUid);
}

function described(
  it: VolumeInspect,
  record: HostRecord,
  host: string,
  ours: (owner: Owner | undefined, identity: string) => boolean,
): Omit<FleetVolume, "usedBy"> {
  const identity = it.Labels[label.identity] ?? "";
  const workload = record.workloads[identity];
  const known = Object.values(workload?.volumes ?? {}).find((volume) => volume.dockerName === it.Name);
  const owner: Pick<Owner, "project" | "stack"> = workload?.owner ?? {
    project: it.Labels[label.project] ?? "?",
    stack: it.Labels[label.stack] ?? "?",
  };
  return {
    name: it.Name,
    host,
    workload: workload?.name ?? it.Labels[label.workload] ?? "?",
    identity,
    volume: it.Labels[label.name] ?? it.Name,
    state: known?.state ?? "unrecorded",
    protect: known?.protect ?? false,
    ...(ours(workload?.owner, identity) ? {} : { foreignOwner: { project: owner.project, stack: owner.stack } }),
    ...(known === undefined ? {} : { since: known.since }),
  };
}

/** One read-only helper for all volumes of the host. A volume that cannot be walked leaves all unmeasured: sizes are for orientation. */
async function measureVolumes(
  { docker }: FleetHost,
  names: readonly string[],
): Promise<Map<string, Pick<FleetVolume, "bytes" | "dataBytes" | "files">>> {
  if (names.length === 0) return new Map();
  const mounts = names.map((name, i) => ({ name, path: `/volumes/${i}` }));
  const args = ["measure", ...mounts.flatMap(({ name, path }) => ["--volume", `${name}=${path}`])];
  const { exitCode, stdout } = await runMover(docker, { args, volumes: mounts, capabilities: readingCapabilities });
  if (exitCode !== 0) return new Map();
  const answer = JSON.parse(stdout.toString()) as {
    volumes: { name: string; allocatedBytes: number; bytes: number; files: number }[];
  };
  return new Map(
    answer.volumes.map(({ name, allocatedBytes, bytes, files }) => [name, { bytes: allocatedBytes, dataBytes: bytes, files }]),
  );
}

/** One volume by Docker's name; `host` where several hosts have one of that name, as after a move there and back. */
export function oneVolume({ volumes, failed }: FleetVolumes, name: string, host: string | undefined): FleetVolume {
  const found = volumes.filter((it) => it.name === name && (host === undefined || it.host === host));
  const [only, ...others] = found;
  if (only === undefined) {
    if (failed[0] !== undefined) throw failed[0];
    throw new DrayageError("NOT_FOUND", `There is no volume ${JSON.stringify(name)}${host === undefined ? "" : ` on ${host}`}.`, {
      hint: "dray volumes ls",
    });
  }
  if (others.length === 0) return only;
  throw new DrayageError("USAGE", `${name} is on ${found.map((it) => it.host).join(" and ")}.`, {
    hint: `Say which: --host ${only.host}`,
  });
}

function key(it: FleetVolume): string {
  return `${it.workload}/${it.volume}@${it.host}/${it.name}`;
}

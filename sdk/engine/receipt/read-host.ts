/** What one host shows of the workloads asked for: containers as inspected, images, names, and a helper that reads their volumes. */
import type { Clock } from "../clock";
import { type HashSession, openHashSession } from "../data/hash-session";
import type { ContainerInspect, EngineInfo, ImageInspect, NetworkInspect } from "../docker/docker-engine";
import { label } from "../labels";
import { stageOf } from "../workload/object-names";
import type { VolumeRole } from "./observed-configuration";
import { isAnonymous } from "./observed-mounts";
import type { ReceiptHost, ReceiptSubject } from "./receipt-request";

export interface HostReading {
  readonly host: ReceiptHost;
  readonly subjects: readonly ReceiptSubject[];
  /** Those that serve or have ended as they should; what is only being made or was kept for its logs is left out. */
  readonly containers: readonly ContainerInspect[];
  /** By id. */
  readonly images: ReadonlyMap<string, ImageInspect>;
  /** Identity → Docker's name → role. */
  readonly volumes: ReadonlyMap<string, Readonly<Record<string, VolumeRole>>>;
  readonly networks: readonly NetworkInspect[];
  readonly imageStore: EngineInfo["imageStore"];
  readonly session: HashSession;
}

export interface HostQuestion {
  readonly host: ReceiptHost;
  readonly subjects: readonly ReceiptSubject[];
  readonly clock: Clock;
}

export async function readHost({ host, subjects, clock }: HostQuestion): Promise<HostReading> {
  const { docker } = host;
  const ours = { label: [label.identity] };
  const [{ imageStore }, summaries, volumes, networks] = await Promise.all([
    docker.info(),
    docker.listContainers({ label: [label.identity, `${label.kind}=container`] }),
    docker.listVolumes(ours),
    docker.listNetworks(ours),
  ]);
  const identities = new Set(subjects.map(({ identity }) => identity));
  const wanted = summaries.filter((summary) => {
    const name = (summary.Names[0] ?? "").replace(/^\//, "");
    return identities.has(summary.Labels[label.identity] ?? "") && stageOf(name) === "current";
  });
  const inspected = await Promise.all(wanted.map(({ Id }) => docker.inspectContainer(Id)));
  const containers = inspected.flatMap((it) => (it === undefined ? [] : [it])).sort(byReplica);
  const mounted = new Set(containers.flatMap(volumesOf));
  const [images, session] = await Promise.all([
    imagesOf(host, containers),
    openHashSession({ docker, volumes: [...mounted].sort(), clock }),
  ]);
  const roles = new Map<string, Record<string, VolumeRole>>();
  for (const { Name, Labels, Mountpoint } of volumes) {
    const identity = Labels[label.identity] ?? "";
    const kind = Labels[label.kind];
    if (kind !== "volume" && kind !== "secrets" && kind !== "configs") continue;
    const role = { kind, name: Labels[label.name] ?? Name, mountpoint: Mountpoint } as const;
    roles.set(identity, { ...roles.get(identity), [Name]: role });
  }
  return { host, subjects, containers, images, volumes: roles, networks, imageStore, session };
}

/** Docker's names of the volumes that a container mounts and somebody has named. */
export function volumesOf({ Mounts }: ContainerInspect): string[] {
  return (Mounts ?? []).flatMap(({ Type, Name }) =>
    Type === "volume" && Name !== undefined && !isAnonymous(Name) ? [Name] : [],
  );
}

async function imagesOf({ docker }: ReceiptHost, containers: readonly ContainerInspect[]): Promise<Map<string, ImageInspect>> {
  const ids = [...new Set(containers.map(({ Image }) => Image))];
  const found = await Promise.all(ids.map(async (id) => [id, await docker.inspectImage(id)] as const));
  return new Map(found.flatMap(([id, image]) => (image === undefined ? [] : [[id, image] as const])));
}

function byReplica(a: ContainerInspect, b: ContainerInspect): number {
  const key = ({ Config: { Labels } }: ContainerInspect) => Number(Labels?.[label.replica] ?? 0);
  return key(a) - key(b);
}

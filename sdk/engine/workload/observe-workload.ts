/** Reads one workload on one host: lists are shared with all workloads of the run, only its own containers are inspected. */
import type { ContainerInspect, ContainerSummary, VolumeInspect } from "../docker/docker-engine";
import { forwarderKind, observedForwarders } from "../forward/forwarder-container";
import type { HostHandle } from "../host/host-handle";
import { label } from "../labels";
import { observeHost } from "./host-snapshot";
import { stageOf } from "./object-names";
import type { ObservedContainer, ObservedDelivery, ObservedWorkload, PortHolder } from "./observed-workload";

export interface ObserveOptions {
  /** Also ask which ports others hold: only needed before something that publishes is made. Default false. */
  readonly ports?: boolean;
}

export async function observeWorkload(
  host: HostHandle,
  identity: string,
  options: ObserveOptions = {},
): Promise<ObservedWorkload> {
  const snapshot = observeHost(host);
  const [summaries, volumes, networks, record, running] = await Promise.all([
    snapshot.containers(),
    snapshot.volumes(),
    snapshot.networks(),
    snapshot.record(),
    options.ports ? snapshot.runningContainers() : [],
  ]);
  const openPorts = host.traits?.()?.openPorts;
  const own = summaries.filter((summary) => isOurs(summary.Labels, identity) && summary.Labels[label.kind] === "container");
  const inspected = await Promise.all(own.map((summary) => snapshot.inspect(summary.Id)));
  const ours = volumes.filter((volume) => isOurs(volume.Labels, identity));
  return {
    host: host.name,
    identity,
    containers: inspected.flatMap((inspect) => (inspect ? [observedContainer(inspect)] : [])).sort(byReplica),
    forwarders: observedForwarders(summaries, identity),
    volumes: ours.filter((v) => v.Labels[label.kind] === "volume").map((v) => ({ name: nameOf(v), dockerName: v.Name })),
    deliveries: ours.flatMap(delivery),
    networks: networks
      .filter((network) => isOurs(network.Labels, identity))
      .map((network) => ({ id: network.Id, dockerName: network.Name, name: network.Labels?.[label.name] ?? network.Name })),
    others: {
      volumes: new Set(volumes.filter((v) => !isOurs(v.Labels, identity)).map((v) => v.Name)),
      networks: new Set(networks.filter((n) => !isOurs(n.Labels, identity)).map((n) => n.Name)),
      ports: running.filter((summary) => !isOurs(summary.Labels, identity)).flatMap(portsOf),
    },
    record: record.workloads[identity],
    ...(openPorts && { openPorts }),
  };
}

/** One container, read now and not from a snapshot. */
export async function observeContainer(host: HostHandle, idOrName: string): Promise<ObservedContainer | undefined> {
  const inspect = await host.docker.inspectContainer(idOrName);
  return inspect && observedContainer(inspect);
}

export function portsOf(summary: ContainerSummary): PortHolder[] {
  return summary.Ports.filter((port) => port.PublicPort > 0).map((port) => ({
    container: summary.Names[0]?.replace(/^\//, "") ?? summary.Id.slice(0, 12),
    ...(summary.Labels[label.kind] === forwarderKind && { forwards: summary.Labels[label.workload] ?? "?" }),
    address: port.IP === "0.0.0.0" || port.IP === "::" ? "" : (port.IP ?? ""),
    published: port.PublicPort,
    protocol: port.Type,
  }));
}

export function observedContainer(inspect: ContainerInspect): ObservedContainer {
  const labels = inspect.Config.Labels ?? {};
  const dockerName = inspect.Name.replace(/^\//, "");
  const policy = inspect.HostConfig.RestartPolicy;
  return {
    id: inspect.Id,
    dockerName,
    service: labels[label.service] ?? "",
    replica: Number(labels[label.replica] ?? 0),
    generation: Number(labels[label.generation] ?? 0),
    stage: stageOf(dockerName),
    made: parsed(labels[label.spec]),
    state: stateOf(inspect),
    exitCode: inspect.State.ExitCode,
    imageId: inspect.Image,
    restart: { name: policy?.Name || "no", maximumRetries: policy?.MaximumRetryCount ?? 0 },
    memoryBytes: inspect.HostConfig.Memory ?? 0,
    nanoCpus: inspect.HostConfig.NanoCpus ?? 0,
    networkMode: inspect.HostConfig.NetworkMode ?? "",
    networks: Object.fromEntries(
      Object.entries(inspect.NetworkSettings.Networks ?? {}).map(([name, endpoint]) => [name, endpoint?.Aliases ?? []]),
    ),
    volumes: (inspect.Mounts ?? []).flatMap((mount) => (mount.Type === "volume" && mount.Name ? [mount.Name] : [])),
  };
}

function stateOf({ State }: ContainerInspect): ObservedContainer["state"] {
  if (State.Paused) return "paused";
  if (State.Restarting) return "restarting";
  if (State.Running) return "running";
  return State.Status === "created" ? "created" : "exited";
}

function isOurs(labels: Readonly<Record<string, string>> | null | undefined, identity: string): boolean {
  return labels?.[label.identity] === identity;
}

function nameOf(volume: VolumeInspect): string {
  return volume.Labels[label.name] ?? volume.Name;
}

function delivery(volume: VolumeInspect): ObservedDelivery[] {
  const kind = volume.Labels[label.kind];
  if (kind !== "secrets" && kind !== "configs") return [];
  return [{ kind, service: volume.Labels[label.service] ?? "", dockerName: volume.Name }];
}

/** What a stranger wrote into our label is as good as nothing. */
function parsed(json: string | undefined): unknown {
  try {
    return json === undefined ? undefined : JSON.parse(json);
  } catch {
    return undefined;
  }
}

function byReplica(a: ObservedContainer, b: ObservedContainer): number {
  return a.service.localeCompare(b.service) || a.replica - b.replica || a.generation - b.generation;
}

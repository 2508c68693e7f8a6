/** One workload on one host, put together from what was read there. */
import type { ContainerInspect } from "../docker/docker-engine";
import { identityKey, identityOf, platformOf } from "../image/image-identity";
import { label } from "../labels";
import { madeOf, serviceOf } from "./container-labels";
import { type HostNames, observedConfiguration } from "./observed-configuration";
import { configsOf, secretsOf } from "./read-deliveries";
import type { HostReading } from "./read-host";
import { readVolumes } from "./read-volumes";
import type { ImageReceipt, ReplicaReceipt, ServiceReceipt, WorkloadReceipt } from "./receipt";
import type { ReceiptRequest, ReceiptSubject } from "./receipt-request";

export async function workloadReceipt(
  reading: HostReading,
  subject: ReceiptSubject,
  request: ReceiptRequest,
): Promise<WorkloadReceipt> {
  const { identity, host } = subject;
  const containers = reading.containers.filter(({ Config }) => Config.Labels?.[label.identity] === identity);
  const roles = reading.volumes.get(identity) ?? {};
  const networks = reading.networks.filter(({ Labels }) => Labels?.[label.identity] === identity);
  const networkNames = Object.fromEntries(networks.map(({ Name, Labels }) => [Name, Labels?.[label.name] ?? Name]));
  const serviceNames = Object.fromEntries(containers.map((one) => [one.Id, serviceOf(one)]));
  const services: Record<string, ServiceReceipt> = {};
  for (const name of [...new Set(Object.values(serviceNames))].sort()) {
    const replicas = containers.filter((one) => serviceOf(one) === name);
    // An up that was interrupted leaves replicas that were made from different specs: what is secret in one is kept out of all.
    const secrets = replicas.flatMap((one) => madeOf(one)?.secrets ?? []);
    const names: HostNames = {
      volumes: roles,
      networks: networkNames,
      services: serviceNames,
      secretVariables: secrets.flatMap(({ env }) => env ?? []),
    };
    services[name] = {
      replicas: replicas.map((inspect, index) => replicaReceipt(inspect, index + 1, reading, names)),
      secrets: await secretsOf(reading, replicas[0], roles, request.key),
      configs: await configsOf(reading, replicas[0], roles),
    };
  }
  return {
    identity,
    host: host.name,
    services,
    volumes: await readVolumes({ reading, subject, containers, request }),
    networks: Object.fromEntries(networks.map(({ Name, Internal }) => [networkNames[Name] ?? Name, { internal: Internal }])),
  };
}

function replicaReceipt(inspect: ContainerInspect, replica: number, reading: HostReading, names: HostNames): ReplicaReceipt {
  const { State } = inspect;
  const running = State.Running || State.Paused || State.Restarting;
  return {
    replica,
    containerId: inspect.Id,
    startedAt: State.StartedAt,
    image: imageReceipt(inspect, reading),
    configuration: observedConfiguration(inspect, names),
    state: State.Paused ? "paused" : State.Restarting ? "restarting" : State.Running ? "running" : ended(State.Status),
    ...(running ? {} : { exitCode: State.ExitCode }),
    health: (State.Health?.Status as ReplicaReceipt["health"] | undefined) ?? "none",
  };
}

function ended(status: string): "created" | "exited" {
  return status === "created" ? "created" : "exited";
}

function imageReceipt(inspect: ContainerInspect, { imageStore, images }: HostReading): ImageReceipt {
  const made = madeOf(inspect)?.image;
  const reference = made !== undefined && "ref" in made ? { reference: made.ref } : {};
  const image = images.get(inspect.Image);
  if (image === undefined) return { layers: [], platform: "", ...reference };
  const identity = identityOf(image, imageStore);
  const { configDigest, diffIds } = identity;
  const contentHash = image.Config?.Labels?.[label.contentHash];
  return {
    identity: identityKey(identity),
    ...(configDigest !== undefined && { configDigest }),
    layers: diffIds,
    platform: platformOf(image),
    ...(contentHash !== undefined && { contentHash }),
    ...reference,
  };
}

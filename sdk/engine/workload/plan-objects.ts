/** Operations on what containers need besides themselves: networks, volumes, sets of secrets and configs. */
import { basename } from "node:path/posix";
import type { Operation } from "../plan/plan";
import { deliveryVolumeName, standingName } from "./object-names";
import type { ObservedDelivery, ObservedWorkload } from "./observed-workload";
import { operation } from "./operations";
import type { WantedService, WantedWorkload } from "./wanted-workload";

export function planNetworks(wanted: WantedWorkload, observed: ObservedWorkload): Operation[] {
  const existing = new Set(observed.networks.map((network) => network.dockerName));
  return wanted.networks
    .filter((network) => !existing.has(network.dockerName))
    .map((network) =>
      operation(observed.host, {
        kind: "create network",
        subject: network.name,
        cause: "not found",
        detail: { name: network.name, dockerName: network.dockerName },
      }),
    );
}

export function planVolumes(wanted: WantedWorkload, observed: ObservedWorkload): Operation[] {
  const existing = new Set(observed.volumes.map((volume) => volume.dockerName));
  return wanted.volumes
    .filter((volume) => volume.external === undefined && !existing.has(volume.dockerName))
    .map((volume) =>
      operation(observed.host, {
        kind: "create volume",
        subject: volume.name,
        cause: observed.record?.volumes[volume.name] ? "is gone: an empty one takes its place" : "not found",
        touchesData: true,
        detail: { name: volume.name, dockerName: volume.dockerName },
      }),
    );
}

/** A set is written before anything mounts it, and never again: what runs reads it. Its owners are read in the image. */
export function planDeliveries(
  wanted: WantedWorkload,
  observed: ObservedWorkload,
  created: readonly WantedService[],
  imageOperation: (service: WantedService) => readonly string[],
): Operation[] {
  const mounted = new Set(
    observed.containers.filter((container) => container.stage === "current").flatMap((container) => container.volumes),
  );
  return created.flatMap((service) =>
    wantedDeliveries(wanted, service)
      .filter((delivery) => !mounted.has(delivery.dockerName))
      .map((delivery) =>
        operation(observed.host, {
          kind: `write ${delivery.kind}`,
          subject: service.name,
          cause: observed.deliveries.some(sameKindAs(delivery)) ? `${delivery.kind} changed` : "not found",
          detail: { name: service.name, dockerName: delivery.dockerName },
          dependsOn: imageOperation(service),
        }),
      ),
  );
}

/** Where it lives nobody forwards: the ports are its own again. */
export function planForwarders(
  { name }: WantedWorkload,
  { host, forwarders }: ObservedWorkload,
  cause = `${name} lives here: its ports are its own again`,
): Operation[] {
  if (forwarders.length === 0) return [];
  return [operation(host, { kind: "remove forwarder", subject: name, cause, destructive: true, detail: { name } })];
}

/** Sets and networks that nothing wants any more. They hold no data of the user's. */
export function planLeftovers(wanted: WantedWorkload, observed: ObservedWorkload, after: readonly string[]): Operation[] {
  const deliveries = new Set(
    wanted.services.flatMap((service) => wantedDeliveries(wanted, service).map((one) => one.dockerName)),
  );
  const networks = new Set(wanted.networks.map((network) => network.dockerName));
  return [
    ...observed.deliveries
      .filter((delivery) => !deliveries.has(delivery.dockerName))
      .map((delivery) =>
        operation(observed.host, {
          kind: `remove ${delivery.kind}`,
          subject: delivery.service,
          id: `remove ${delivery.kind} ${delivery.service} ${basename(delivery.dockerName).slice(-12)}`,
          cause: "no longer used",
          detail: { name: delivery.service, dockerName: delivery.dockerName },
          dependsOn: after,
        }),
      ),
    ...observed.networks
      .filter((network) => !networks.has(network.dockerName))
      .map((network) =>
        operation(observed.host, {
          kind: "remove network",
          subject: network.name,
          id: `remove network ${network.dockerName}`,
          cause: "no longer used",
          detail: { name: network.name, dockerName: network.dockerName },
          dependsOn: after,
        }),
      ),
  ];
}

export function wantedDeliveries(wanted: WantedWorkload, service: WantedService): ObservedDelivery[] {
  const { secretsGeneration, configsGeneration } = service.container;
  const named = (kind: ObservedDelivery["kind"], generation: string | undefined): ObservedDelivery[] =>
    generation === undefined
      ? []
      : [
          {
            kind,
            service: service.name,
            dockerName: standingName(
              deliveryVolumeName(wanted.name, wanted.identity, service.name, kind, generation),
              wanted.name,
              wanted.standing,
            ),
          },
        ];
  return [...named("secrets", secretsGeneration), ...named("configs", configsGeneration)];
}

function sameKindAs(delivery: ObservedDelivery): (other: ObservedDelivery) => boolean {
  return (other) => other.kind === delivery.kind && other.service === delivery.service;
}

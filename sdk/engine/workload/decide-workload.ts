/** Decisions for all services, with what one service's change means for another. Pure. */
import { portsOverlap } from "./conflicts";
import { decideService, type ServiceDecision } from "./decide-service";
import { gateCause } from "./gates/passed-gates";
import type { ObservedContainer, ObservedWorkload } from "./observed-workload";
import { releaseHash } from "./release-hash";
import type { WantedContainer } from "./wanted-container";
import type { WantedService, WantedWorkload } from "./wanted-workload";

/** In the order of the services: what one waits for stands before it. */
export function decideWorkload(wanted: WantedWorkload, observed: ObservedWorkload): ServiceDecision[] {
  const decided: ServiceDecision[] = [];
  for (const service of wanted.services) {
    const facts = {
      volumes: wanted.volumes,
      replaceBecause: sharedNetworkChange(service, decided, observed),
      stopFirstBecause: awaitedPort(service, wanted, observed),
      alreadyRan: service.spec.run === "once per release" && ranInLastRelease(wanted, observed),
      gateBecause: gateCause(service, wanted, observed.record),
    };
    decided.push(decideService(service, observed.containers, facts));
  }
  return decided;
}

/** Services of which a container will be made: their images must be there, their ports free. */
export function createdServices(decisions: readonly ServiceDecision[]): WantedService[] {
  return decisions
    .filter((decision) => decision.replicas.some((replica) => replica.action.kind === "create"))
    .map((decision) => decision.service);
}

/** Containers of ours, of whatever service, that hold a port `service` wants. */
export function portHoldersInside(service: WantedService, observed: ObservedWorkload): ObservedContainer[] {
  return observed.containers.filter(
    (container) =>
      container.service !== service.name &&
      container.state !== "exited" &&
      container.state !== "created" &&
      portsMade(container).some((held) => service.spec.ports.some((port) => portsOverlap(port, held))),
  );
}

/** A container lives in another's network by that container's id: a new one there means a new one here. */
function sharedNetworkChange(
  service: WantedService,
  decided: readonly ServiceDecision[],
  observed: ObservedWorkload,
): string | undefined {
  const mode = service.spec.networkMode;
  if (mode?.kind !== "service") return undefined;
  const owner = decided.find((decision) => decision.service.name === mode.service)?.replicas[0];
  if (owner?.action.kind === "create") return `${mode.service} is replaced`;
  const own = observed.containers.filter((container) => container.service === service.name && container.stage === "current");
  const elsewhere = own.some((container) => container.networkMode !== `container:${owner?.current?.id}`);
  return elsewhere ? `${mode.service} was replaced` : undefined;
}

/** A port goes from this service to another one: this one must let it go first. */
function awaitedPort(service: WantedService, wanted: WantedWorkload, observed: ObservedWorkload): string | undefined {
  const awaiting = wanted.services.find(
    (other) =>
      other.name !== service.name && portHoldersInside(other, observed).some((holder) => holder.service === service.name),
  );
  return awaiting && `${awaiting.name} takes its port`;
}

/** Somebody removed a one-shot's container, as `docker container prune` does: it has run all the same. */
function ranInLastRelease(wanted: WantedWorkload, observed: ObservedWorkload): boolean {
  const last = observed.record?.releases.at(-1);
  return last !== undefined && last.hash === releaseHash(wanted, last.images);
}

function portsMade(container: ObservedContainer): WantedContainer["ports"] {
  return (container.made as Partial<WantedContainer> | undefined)?.ports ?? [];
}

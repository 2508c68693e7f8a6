/** The plan that brings a workload on one host from what is observed to what is wanted. Pure. */
import type { Operation, Outage, Plan, PlanKind } from "../plan/plan";
import type { ServiceDecision } from "./decide-service";
import { createdServices, decideWorkload, portHoldersInside } from "./decide-workload";
import type { ImageAvailability } from "./image-supply";
import { replicaName } from "./object-names";
import type { ObservedContainer, ObservedWorkload } from "./observed-workload";
import { operation, operationId } from "./operations";
import { passingSteps } from "./passing-steps";
import { notesFor } from "./plan-notes";
import { planDeliveries, planForwarders, planLeftovers, planNetworks, planVolumes, wantedDeliveries } from "./plan-objects";
import { planService } from "./plan-service";
import { refuseImpossible } from "./refuse-plan";
import type { WantedService, WantedWorkload } from "./wanted-workload";

/** `images`: service → whether its image is on the host, for each service of `createdServices`. */
export function planWorkload(
  wanted: WantedWorkload,
  observed: ObservedWorkload,
  images: Readonly<Record<string, ImageAvailability>>,
): Plan {
  const decisions = decideWorkload(wanted, observed);
  const created = createdServices(decisions);
  refuseImpossible(wanted, observed, created);
  const planner = new WorkloadPlanner(wanted, observed, created, images);
  planner.objects();
  for (const decision of decisions) planner.service(decision);
  planner.removals(decisions);
  return {
    schemaVersion: 1,
    kind: kindOf(planner.operations, observed),
    subject: wanted.name,
    operations: planner.operations,
    outages: planner.outages,
    notes: notesFor(wanted, observed, created),
  };
}

class WorkloadPlanner {
  readonly operations: Operation[] = [];
  readonly outages: Outage[] = [];

  constructor(
    private readonly wanted: WantedWorkload,
    private readonly observed: ObservedWorkload,
    private readonly created: readonly WantedService[],
    private readonly images: Readonly<Record<string, ImageAvailability>>,
  ) {}

  objects(): void {
    const { wanted, observed, created } = this;
    this.operations.push(
      ...planForwarders(wanted, observed),
      ...planImages(observed.host, created, this.images),
      ...planNetworks(wanted, observed),
      ...planVolumes(wanted, observed),
      ...planDeliveries(wanted, observed, created, (service) => this.idOfImage(service)),
    );
  }

  service(decision: ServiceDecision): void {
    const { service } = decision;
    const { operations, outages } = planService(decision, {
      host: this.observed.host,
      beforeCreate: this.present([
        ...this.idOfImage(service),
        ...service.container.networks.map((join) => operationId("create network", join.network)),
        ...service.spec.mounts.flatMap((mount) => (mount.kind === "volume" ? [operationId("create volume", mount.volume)] : [])),
        ...wantedDeliveries(this.wanted, service).map((delivery) => operationId(`write ${delivery.kind}`, service.name)),
        ...this.sharedNetworkOwner(service),
      ]),
      beforeStart: [...this.idsOf(["remove forwarder"]), ...this.dependencies(service), ...this.portHandovers(service)],
      beforeStop: this.idsOf(["ship image", "pull image"]),
    });
    this.operations.push(...operations);
    this.outages.push(...outages);
  }

  /** What the program wants no more goes last, unless somebody waits for its port. */
  removals(decisions: readonly ServiceDecision[]): void {
    const names = new Set(this.wanted.services.map((service) => service.name));
    const passed = passingSteps(this.operations);
    const gone = this.observed.containers.filter((container) => !names.has(container.service));
    for (const container of gone) this.remove(container, "not in the program any more", passed);
    for (const { surplus, service } of decisions) {
      for (const container of surplus) this.remove(container, `scaled to ${service.spec.replicas}`, passed);
    }
    const last = this.idsOf(["remove container", "promote container", "run container"]);
    this.operations.push(...planLeftovers(this.wanted, this.observed, last));
  }

  private remove(container: ObservedContainer, cause: string, passed: string[]): void {
    const subject = replicaName(container.service, container.replica);
    const detail = { service: container.service, replica: container.replica, container: container.id };
    const common = { subject, cause, detail, destructive: true };
    const runs = container.state !== "exited" && container.state !== "created";
    const suffix = container.stage === "current" ? "" : ` g${container.generation}`;
    const awaiting = this.wanted.services.filter((service) => portHoldersInside(service, this.observed).includes(container));
    const awaited = awaiting.length > 0;
    const stop = operation(this.observed.host, {
      ...common,
      kind: "stop container",
      id: `stop ${subject}${suffix}`,
      detail: awaited ? { ...detail, heldFor: awaiting.map((service) => service.name) } : detail,
      dependsOn: awaited ? this.idsOf(["ship image", "pull image"]) : passed,
    });
    if (runs) this.operations.push(stop);
    const dependsOn = runs ? [stop.id, ...passed] : passed;
    this.operations.push(
      operation(this.observed.host, { ...common, kind: "remove container", id: `remove ${subject}${suffix}`, dependsOn }),
    );
  }

  /** Services come in dependency order, so what a service waits for is in the plan already if it is at all. */
  private dependencies(service: WantedService): string[] {
    return service.spec.dependsOn.flatMap((dependency) => {
      if (dependency.condition !== "started") return passingSteps(this.operations, dependency.service);
      const starts = this.operations.filter((one) => one.kind === "start container" || one.kind === "run container");
      return starts.filter((one) => one.detail.service === dependency.service).map((one) => one.id);
    });
  }

  private sharedNetworkOwner(service: WantedService): string[] {
    const mode = service.spec.networkMode;
    return mode?.kind === "service" ? [operationId("promote container", replicaName(mode.service, 1))] : [];
  }

  private portHandovers(service: WantedService): string[] {
    return portHoldersInside(service, this.observed).map((holder) =>
      operationId("stop container", replicaName(holder.service, holder.replica)),
    );
  }

  private idOfImage(service: WantedService): string[] {
    const image = this.images[service.name];
    return image && !image.present ? [imageOperationId(image.how, service)] : [];
  }

  private idsOf(kinds: readonly string[]): string[] {
    return this.operations.filter((one) => kinds.includes(one.kind)).map((one) => one.id);
  }

  private present(ids: readonly string[]): string[] {
    const known = new Set(this.operations.map((one) => one.id));
    return ids.filter((id) => known.has(id));
  }
}

/** Two services of one image need it once. */
function planImages(
  host: string,
  created: readonly WantedService[],
  images: Readonly<Record<string, ImageAvailability>>,
): Operation[] {
  const planned = new Map<string, Operation>();
  for (const service of created) {
    const image = images[service.name];
    if (!image || image.present) continue;
    const id = imageOperationId(image.how, service);
    if (planned.has(id)) continue;
    planned.set(
      id,
      operation(host, {
        kind: `${image.how} image`,
        subject: imageName(service),
        id,
        cause: image.from === undefined ? `not on ${host}` : `not on ${host}; from ${image.from}`,
        detail: { name: service.name },
        ...(image.bytes !== undefined && { forecast: { bytes: image.bytes } }),
      }),
    );
  }
  return [...planned.values()];
}

function imageOperationId(how: "ship" | "pull", service: WantedService): string {
  return `${how} image ${imageName(service)}`;
}

function imageName(service: WantedService): string {
  return service.spec.image.kind === "reference" ? service.spec.image.ref : service.spec.image.name;
}

function kindOf(operations: readonly Operation[], observed: ObservedWorkload): PlanKind {
  if (operations.length === 0) return "none";
  return observed.containers.length === 0 ? "create" : "update";
}

/** Operations that bring one service from what it is to what is wanted, one replica after the other. */
import type { Operation, Outage } from "../plan/plan";
import type { Action, ReplicaDecision, ServiceDecision } from "./decide-service";
import { replicaName } from "./object-names";
import type { ObservedContainer } from "./observed-workload";
import { operation, operationId, type WorkloadOperationKind } from "./operations";
import { passingSteps } from "./passing-steps";

export interface ServiceSurroundings {
  readonly host: string;
  /** What must exist before a container of the service can be created. */
  readonly beforeCreate: readonly string[];
  /** What must have happened before one may start: the services it depends on, ports it takes over. */
  readonly beforeStart: readonly string[];
  /** What must have happened before anything stops: all images are there. */
  readonly beforeStop: readonly string[];
}

export interface ServicePlan {
  readonly operations: readonly Operation[];
  readonly outages: readonly Outage[];
}

type Create = Extract<Action, { kind: "create" }>;

export function planService(decision: ServiceDecision, around: ServiceSurroundings): ServicePlan {
  const planner = new ServicePlanner(decision, around);
  for (const replica of decision.replicas) planner.replica(replica);
  planner.finish();
  return planner;
}

/** Typical times of a stop and a start; a program's own are known only after it ran. */
const typical = { stop: 0.3, start: 0.4, health: 1 };

class ServicePlanner implements ServicePlan {
  readonly operations: Operation[] = [];
  readonly outages: Outage[] = [];
  private readonly toRemove: { readonly container: ObservedContainer; readonly cause: string; readonly after: string[] }[] = [];
  /** The last step of the replica before: replicas roll one by one. */
  private previous: string[] = [];
  private readonly service: string;

  constructor(
    private readonly decision: ServiceDecision,
    private readonly around: ServiceSurroundings,
  ) {
    this.service = decision.service.name;
  }

  replica(replica: ReplicaDecision): void {
    const cleared = replica.unfinished.map((container) => this.removal(container, "left unfinished by an interrupted run", []));
    if (replica.action.kind === "keep") this.gateAgain(replica, []);
    if (replica.action.kind === "repair") this.repair(replica, replica.action, cleared);
    if (replica.action.kind === "create") this.create(replica, replica.action, cleared);
    for (const container of replica.stale) {
      this.toRemove.push({ container, cause: container.stage === "failed" ? "left by a failed run" : "replaced", after: [] });
    }
  }

  /** Old containers go when every replica of the service has passed: until then all of them can come back. */
  finish(): void {
    const passed = passingSteps(this.operations);
    for (const { container, cause, after } of this.toRemove) this.removal(container, cause, [...after, ...passed]);
  }

  private repair(replica: ReplicaDecision, action: Extract<Action, { kind: "repair" }>, cleared: string[]): void {
    const { current } = replica;
    if (!current) return;
    const detail = { service: this.service, replica: replica.replica, container: current.id };
    const starts = action.repairs.includes("start");
    const dependsOn = [...cleared, ...(starts ? this.around.beforeStart : [])];
    const started = starts ? [this.add("start container", replica.replica, action.cause, { detail, dependsOn })] : [];
    const gated = starts ? [this.add("gate container", replica.replica, action.cause, { detail, dependsOn: started })] : [];
    const repairs = action.repairs.filter((repair) => repair !== "start");
    if (repairs.length === 0) return;
    const updated = this.add("update container", replica.replica, action.cause, {
      detail: { ...detail, repairs },
      dependsOn: [...cleared, ...gated],
    });
    if (!starts) this.gateAgain(replica, [updated]);
  }

  /** What serves and stays is asked by the health check that is wanted now. Nothing of it is touched, whatever the answer. */
  private gateAgain({ replica, current }: ReplicaDecision, after: readonly string[]): void {
    const { gateBecause } = this.decision;
    if (gateBecause === undefined || current === undefined) return;
    const detail = { service: this.service, replica, container: current.id };
    this.add("gate container", replica, gateBecause, { detail, dependsOn: [...this.around.beforeStart, ...after] });
  }

  private create(replica: ReplicaDecision, action: Create, cleared: string[]): void {
    const { current } = replica;
    const detail = {
      service: this.service,
      replica: replica.replica,
      generation: action.generation,
      named: this.decision.replicas.length === 1 && (!runs(current) || action.stopFirst !== undefined),
    };
    const created = this.add("create container", replica.replica, action.cause, {
      detail,
      dependsOn: [...this.around.beforeCreate, ...cleared],
    });
    const ready = [created, ...this.around.beforeStart, ...this.previous];
    const stopped = current && action.stopFirst !== undefined ? [this.stop(current, action.cause, ready)] : [];
    const last = this.bringUp(replica.replica, action.cause, detail, [...ready, ...stopped]);
    this.previous = [last];
    if (!current) return;
    if (action.stopFirst !== undefined) this.outage(replica.replica);
    const stoppedLater = runs(current) && action.stopFirst === undefined ? [this.stop(current, action.cause, [last])] : [];
    this.toRemove.push({ container: current, cause: "replaced", after: [...stopped, ...stoppedLater] });
  }

  private bringUp(replica: number, cause: string, detail: Operation["detail"] & NewDetail, dependsOn: string[]): string {
    if (this.decision.service.spec.run === "once per release") {
      return this.add("run container", replica, cause, { detail, dependsOn });
    }
    const started = this.add("start container", replica, cause, { detail, dependsOn });
    const gated = this.add("gate container", replica, cause, { detail, dependsOn: [started] });
    return this.add("promote container", replica, cause, { detail, dependsOn: [gated] });
  }

  private stop(container: ObservedContainer, cause: string, dependsOn: readonly string[]): string {
    const detail = { service: this.service, replica: container.replica, container: container.id, heldFor: [this.service] };
    return this.add("stop container", container.replica, cause, {
      detail,
      dependsOn: [...dependsOn, ...this.around.beforeStop],
      destructive: true,
    });
  }

  private removal(container: ObservedContainer, cause: string, dependsOn: string[]): string {
    const name = replicaName(this.service, container.replica);
    const replaced = cause === "replaced" && this.decision.replicas.some((one) => one.current === container);
    const made = operation(this.around.host, {
      kind: "remove container",
      subject: name,
      id: replaced ? operationId("remove container", name) : `remove ${name} g${container.generation}`,
      cause,
      destructive: true,
      detail: { service: this.service, replica: container.replica, container: container.id },
      dependsOn,
    });
    this.operations.push(made);
    return made.id;
  }

  private add(kind: WorkloadOperationKind, replica: number, cause: string, rest: Rest): string {
    const made = operation(this.around.host, { kind, subject: replicaName(this.service, replica), cause, ...rest });
    this.operations.push(made);
    return made.id;
  }

  private outage(replica: number): void {
    if (this.decision.replicas.length > 1 && replica > 1) return;
    const healthy = this.decision.service.gate ? [{ name: "until healthy", seconds: typical.health }] : [];
    const parts = [{ name: "stop", seconds: typical.stop }, { name: "start", seconds: typical.start }, ...healthy];
    this.outages.push({ subject: this.service, seconds: parts.reduce((sum, part) => sum + part.seconds, 0), parts });
  }
}

type NewDetail = { readonly service: string; readonly replica: number; readonly generation: number; readonly named: boolean };
type Rest = Omit<Parameters<typeof operation>[1], "kind" | "subject" | "cause">;

function runs(container: ObservedContainer | undefined): boolean {
  return container !== undefined && container.state !== "exited" && container.state !== "created";
}

/** What has to happen to each replica of one service. Pure: from the wanted and the observed alone. */
import { causeOf, compareContainer, type Repair } from "./compare-container";
import { conflictBetween } from "./conflicts";
import type { ObservedContainer } from "./observed-workload";
import type { WantedService, WantedVolume } from "./wanted-workload";

export interface ServiceDecision {
  readonly service: WantedService;
  readonly replicas: readonly ReplicaDecision[];
  /** Containers of replicas beyond the wanted number. */
  readonly surplus: readonly ObservedContainer[];
  /** Why containers that stay as they are must pass their gate anew; undefined: they have. */
  readonly gateBecause: string | undefined;
}

export interface ReplicaDecision {
  readonly replica: number;
  readonly action: Action;
  /** The container that serves, or should. */
  readonly current: ObservedContainer | undefined;
  /** Unfinished ones of another wish: gone before anything new is made. */
  readonly unfinished: readonly ObservedContainer[];
  /** Replaced or failed ones: gone when all went well. */
  readonly stale: readonly ObservedContainer[];
}

export type Action =
  | { readonly kind: "keep" }
  | { readonly kind: "repair"; readonly cause: string; readonly repairs: readonly Repair[] }
  | {
      readonly kind: "create";
      readonly cause: string;
      readonly generation: number;
      /** Why the current one must stop first; undefined: the new one starts first, or nothing runs. */
      readonly stopFirst: string | undefined;
    };

export interface ServiceFacts {
  readonly volumes: readonly WantedVolume[];
  /** Set when something outside the service's own fields makes its containers useless. */
  readonly replaceBecause: string | undefined;
  /** Set when another service waits for what this one holds. */
  readonly stopFirstBecause: string | undefined;
  /** A one-shot that has run for this release and whose container somebody removed. */
  readonly alreadyRan: boolean;
  /** Set when another health check is wanted than the one that was passed, and it is no part of the container. */
  readonly gateBecause: string | undefined;
}

export function decideService(
  service: WantedService,
  containers: readonly ObservedContainer[],
  facts: ServiceFacts,
): ServiceDecision {
  const own = containers.filter((container) => container.service === service.name);
  const replicas = Array.from({ length: service.spec.replicas }, (_, index) => index + 1);
  return {
    service,
    replicas: replicas.map((replica) =>
      decideReplica(
        service,
        replica,
        own.filter((container) => container.replica === replica),
        facts,
      ),
    ),
    surplus: own.filter((container) => container.replica > service.spec.replicas || container.replica < 1),
    gateBecause: service.spec.run === "once per release" ? undefined : facts.gateBecause,
  };
}

function decideReplica(
  service: WantedService,
  replica: number,
  own: readonly ObservedContainer[],
  facts: ServiceFacts,
): ReplicaDecision {
  const finished = own.filter((container) => container.stage === "current");
  const current = finished.at(-1);
  const action = decideAction(service, current, own, facts);
  const wantedGeneration = action.kind === "create" ? action.generation : undefined;
  const unfinished = own.filter((container) => container.stage === "new" && container.generation !== wantedGeneration);
  const stale = own.filter(
    (container) => container.stage === "failed" || (container.stage === "current" && container !== current),
  );
  return { replica, action, current, unfinished, stale };
}

function decideAction(
  service: WantedService,
  current: ObservedContainer | undefined,
  own: readonly ObservedContainer[],
  facts: ServiceFacts,
): Action {
  if (!current) {
    if (facts.alreadyRan) return { kind: "keep" };
    return {
      kind: "create",
      cause: own.some(isUnfinished) ? "unfinished" : "not found",
      generation: nextGeneration(service, own),
      stopFirst: undefined,
    };
  }
  const cause = facts.replaceBecause ?? replaceCause(service, current);
  if (cause !== undefined) {
    const runs = current.state !== "exited" && current.state !== "created";
    return {
      kind: "create",
      cause,
      generation: nextGeneration(service, own),
      stopFirst: runs ? stopFirstReason(service, current, facts) : undefined,
    };
  }
  const verdict = compareContainer(service.container, current);
  return verdict.kind === "repair"
    ? { kind: "repair", cause: causeOf(verdict.changes), repairs: verdict.repairs }
    : { kind: "keep" };
}

/** A one-shot that ended badly, or was never run, is run anew: its container tells what happened until then. */
function replaceCause(service: WantedService, current: ObservedContainer): string | undefined {
  const verdict = compareContainer(service.container, current);
  if (verdict.kind === "recreate") return causeOf(verdict.changes);
  if (service.lock !== undefined && service.lock.id !== current.imageId) return "image changed";
  if (service.spec.run !== "once per release" || verdict.kind === "same") return undefined;
  return verdict.repairs.includes("start") ? "has not completed" : undefined;
}

function stopFirstReason(service: WantedService, current: ObservedContainer, facts: ServiceFacts): string | undefined {
  const volumes = Object.fromEntries(facts.volumes.map((volume) => [volume.name, volume]));
  return facts.stopFirstBecause ?? conflictBetween(current.made, service.container, volumes);
}

/** An unfinished container of the same wish is taken over where an interrupted run left it. */
function nextGeneration(service: WantedService, own: readonly ObservedContainer[]): number {
  const adoptable = own.filter(isUnfinished).findLast((one) => compareContainer(service.container, one).kind !== "recreate");
  return adoptable?.generation ?? Math.max(0, ...own.map((container) => container.generation)) + 1;
}

function isUnfinished(container: ObservedContainer): boolean {
  return container.stage === "new";
}

import type { ContainerSummary } from "../../engine/docker/docker-engine";
import { label } from "../../engine/labels";
import { type Stage, stageOf } from "../../engine/workload/object-names";
import { DrayageError } from "../../spec/drayage-error";
import type { WorkloadState } from "../state/stack-state";
import type { Fleet, FleetHost } from "./fleet";

export interface ServiceContainer {
  readonly host: string;
  readonly workload: string;
  readonly identity: string;
  readonly service: string;
  readonly replica: number;
  readonly generation: number;
  readonly id: string;
  readonly name: string;
  readonly image: string;
  /** new: has not passed its gate. failed: kept for its logs. */
  readonly stage: Stage;
  /** Docker's: created, running, paused, restarting, exited, dead. */
  readonly state: string;
  readonly health: "healthy" | "unhealthy" | "starting" | "none";
  /** `Up 5 minutes (healthy)`, as Docker says it. */
  readonly status: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** `80:80`, `127.0.0.1:5432:5432`, sorted, once each. */
  readonly ports: readonly string[];
}

export interface FleetContainers {
  readonly containers: readonly ServiceContainer[];
  /** Hosts that could not be asked. */
  readonly failed: readonly DrayageError[];
}

/** The containers of the stack's services on every host it knows, also where a move left some behind. */
export async function listServiceContainers(fleet: Fleet): Promise<FleetContainers> {
  const { reached, failed } = await fleet.connectAll();
  const perHost = await Promise.all(reached.map((host) => containersOn(host, fleet.state.workloads)));
  const sorted = perHost.flat().sort((a, b) => key(a).localeCompare(key(b), "en", { numeric: true }));
  return { containers: sorted, failed };
}

async function containersOn(host: FleetHost, workloads: readonly WorkloadState[]): Promise<ServiceContainer[]> {
  const summaries = await host.docker.listContainers({ label: [label.identity, `${label.kind}=container`] });
  const names = new Map(workloads.map((it) => [it.identity, it.name]));
  return summaries.flatMap((it) => {
    const workload = names.get(it.Labels[label.identity] ?? "");
    return workload === undefined ? [] : [serviceContainer(it, workload, host.name)];
  });
}

export function serviceContainer(it: ContainerSummary, workload: string, host: string): ServiceContainer {
  const labels = it.Labels;
  const name = (it.Names[0] ?? it.Id).replace(/^\//, "");
  return {
    host,
    workload,
    identity: labels[label.identity] ?? "",
    service: labels[label.service] ?? "",
    replica: Number(labels[label.replica] ?? 1),
    generation: Number(labels[label.generation] ?? 1),
    id: it.Id,
    name,
    image: it.Image,
    stage: stageOf(name),
    state: it.State,
    health: healthOf(it.Status),
    status: it.Status,
    createdAt: it.Created * 1000,
    ports: portsOf(it),
  };
}

/** What a person may write to name containers: `api`, `api.2`, `shop/api`, `shop`, `shop/api.2`. None = all. */
export function selectContainers(all: readonly ServiceContainer[], selectors: readonly string[]): ServiceContainer[] {
  if (selectors.length === 0) return [...all];
  const chosen = new Set<ServiceContainer>();
  for (const selector of selectors) {
    const found = all.filter((it) => names(it).includes(selector));
    if (found.length === 0) throw noSuchService(all, selector);
    for (const it of found) chosen.add(it);
  }
  return all.filter((it) => chosen.has(it));
}

/** The containers of exactly one service. @throws NOT_FOUND, USAGE when several workloads have a service of that name. */
export function selectService(all: readonly ServiceContainer[], selector: string): [ServiceContainer, ...ServiceContainer[]] {
  const [first, ...rest] = selectContainers(all, [selector]);
  if (first === undefined) throw noSuchService(all, selector);
  const several = [...new Set([first, ...rest].map((it) => `${it.workload}/${it.service}`))];
  if (several.length === 1) return [first, ...rest];
  throw new DrayageError("USAGE", `${JSON.stringify(selector)} names several services: ${several.join(", ")}.`, {
    hint: "Say which one.",
  });
}

export function replicaName(it: Pick<ServiceContainer, "service" | "replica">): string {
  return `${it.service}.${it.replica}`;
}

function names(it: ServiceContainer): string[] {
  const replica = replicaName(it);
  return [it.workload, it.service, replica, `${it.workload}/${it.service}`, `${it.workload}/${replica}`];
}

function noSuchService(all: readonly ServiceContainer[], selector: string): DrayageError {
  const known = [...new Set(all.map((it) => `${it.workload}/${it.service}`))].join(", ");
  return new DrayageError("NOT_FOUND", `There is no service ${JSON.stringify(selector)} in this stack.`, {
    hint: known === "" ? "No container of it runs: `dray ps`, `dray up`." : `It has ${known}.`,
  });
}

function healthOf(status: string): ServiceContainer["health"] {
  if (status.includes("(healthy)")) return "healthy";
  if (status.includes("(unhealthy)")) return "unhealthy";
  return status.includes("(health: starting)") ? "starting" : "none";
}

function portsOf(it: ContainerSummary): string[] {
  const published = (it.Ports ?? []).filter((port) => port.PublicPort !== undefined);
  const texts = published.map(({ IP, PublicPort, PrivatePort, Type }) => {
    const everywhere = IP === undefined || IP === "" || IP === "0.0.0.0" || IP === "::";
    return `${everywhere ? "" : `${IP}:`}${PublicPort}:${PrivatePort}${Type === "tcp" ? "" : `/${Type}`}`;
  });
  return [...new Set(texts)].sort();
}

function key(it: ServiceContainer): string {
  return `${it.workload}/${it.service}.${it.replica}/g${it.generation}@${it.host}`;
}

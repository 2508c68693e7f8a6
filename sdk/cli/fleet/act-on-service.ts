/** stop, start, restart: one replica after the other, under the workload's lease, only what carries our labels. */
import { Command } from "commander";
import { type StackOptions, withExamples, withStackOptions } from "../common-options";
import { printDocument } from "../json-output";
import { humanSeconds } from "../render/human";
import { systemClock } from "../system-clock";
import type { Terminal } from "../terminal/terminal";
import type { Fleet, FleetHost } from "./fleet";
import { listServiceContainers, replicaName, type ServiceContainer, selectContainers } from "./service-containers";
import { stackOwner } from "./stack-owner";
import { withFleet } from "./with-fleet";
import { withWorkloadLease } from "./workload-lease";

export interface ServiceAction {
  readonly name: "stop" | "start" | "restart";
  readonly description: string;
  readonly done: string;
  /** A person should know before walking away. */
  readonly afterword?: string;
  act(host: FleetHost, container: ServiceContainer): Promise<void>;
}

export function serviceActionCommand(action: ServiceAction, terminal: Terminal): Command {
  const command = withStackOptions(new Command(action.name))
    .description(action.description)
    .argument("<service...>", "api, api.2, shop/api, or a whole workload")
    .action((services: string[], options: StackOptions) =>
      withFleet(options, terminal, (fleet) => actOnServices(fleet, services, action, options, terminal)),
    );
  return withExamples(command, `dray ${action.name} api`, `dray ${action.name} shop/api.2`, `dray ${action.name} shop`);
}

async function actOnServices(
  fleet: Fleet,
  services: readonly string[],
  action: ServiceAction,
  options: StackOptions,
  terminal: Terminal,
): Promise<void> {
  const { containers, failed } = await listServiceContainers(fleet);
  // On a host that cannot be asked there may be more of what was named.
  if (failed[0] !== undefined) throw failed[0];
  const chosen = selectContainers(latest(containers), services);
  const done: { container: ServiceContainer; seconds: number }[] = [];
  for (const [workload, own] of groups(chosen)) {
    const host = await fleet.connect(workload.host);
    const { identity, workload: name } = workload;
    const id = fleet.state.workloads.find((it) => it.identity === identity)?.id ?? "";
    await withWorkloadLease(host, { identity, workload: name, owner: stackOwner(fleet.chosen, id) }, async (lease) => {
      for (const container of own) {
        await lease.assertHeld();
        const began = systemClock.monotonic();
        await action.act(host, container);
        const seconds = (systemClock.monotonic() - began) / 1000;
        done.push({ container, seconds });
        if (!options.json)
          terminal.out(
            `${action.done} ${container.workload}/${replicaName(container)} on ${container.host}  ${terminal.paint.dim(humanSeconds(seconds))}\n`,
          );
      }
    });
  }
  if (options.json)
    printDocument(terminal, action.name, { containers: done.map(({ container, seconds }) => ({ ...container, seconds })) });
  else if (action.afterword !== undefined) terminal.out(`${terminal.paint.dim(action.afterword)}\n`);
}

/** What a failed or interrupted run left beside the serving container is not to be started. */
export function latest(containers: readonly ServiceContainer[]): ServiceContainer[] {
  const key = (it: ServiceContainer) => `${it.host}/${it.identity}/${replicaName(it)}`;
  const best = new Map<string, ServiceContainer>();
  for (const it of containers) {
    const known = best.get(key(it));
    if (known === undefined || rank(it) > rank(known) || (rank(it) === rank(known) && it.generation > known.generation))
      best.set(key(it), it);
  }
  return containers.filter((it) => best.get(key(it)) === it);
}

function rank(it: ServiceContainer): number {
  if (it.stage !== "current") return 0;
  return it.state === "running" || it.state === "paused" || it.state === "restarting" ? 2 : 1;
}

function groups(containers: readonly ServiceContainer[]): Map<ServiceContainer, ServiceContainer[]> {
  const heads = new Map<string, ServiceContainer>();
  const found = new Map<ServiceContainer, ServiceContainer[]>();
  for (const it of containers) {
    const key = `${it.host}/${it.identity}`;
    const head = heads.get(key) ?? it;
    heads.set(key, head);
    found.set(head, [...(found.get(head) ?? []), it]);
  }
  return found;
}

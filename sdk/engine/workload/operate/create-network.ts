/** Makes a network of the workload with a subnet of its own. */
import { DrayageError } from "../../../spec/drayage-error";
import type { Connection } from "../../connection/connection";
import type { NetworkInspect } from "../../docker/docker-engine";
import type { HostHandle } from "../../host/host-handle";
import { label } from "../../labels";
import { allotSubnet } from "../allot-subnet";
import type { WantedNetwork } from "../wanted-workload";
import { subjectOf, type WorkloadWorld } from "../workload-world";
import { workloadLabels } from "./create-container";

/** Somebody else may take the chosen subnet in between: then the next one is tried. */
const tries = 8;

/** @throws NAME_TAKEN by a stranger, DOCKER_FAILED when no subnet of the range is free */
export async function createNetwork(world: WorkloadWorld, name: string): Promise<void> {
  const wanted = world.wanted.networks.find((network) => network.name === name);
  // Workloads of one run would all choose the same free subnet.
  if (wanted) await inTurn(world.host, () => create(world, wanted));
}

async function create(world: WorkloadWorld, wanted: WantedNetwork): Promise<void> {
  const refused: string[] = [];
  for (let attempt = 1; ; attempt += 1) {
    const all = await world.host.docker.listNetworks();
    if (isThere(world, wanted, all)) return;
    const subnet = wanted.subnet ?? allotSubnet(world.wanted.subnets, [...all.flatMap(subnetsOf), ...refused]);
    if (subnet === undefined) throw usedUp(world, wanted.name);
    try {
      await world.host.docker.createNetwork(body(world, wanted, subnet));
      return;
    } catch (error) {
      if (attempt === tries || wanted.subnet !== undefined || !overlaps(error)) throw error;
      refused.push(subnet);
    }
  }
}

function isThere(world: WorkloadWorld, wanted: WantedNetwork, all: readonly NetworkInspect[]): boolean {
  const found = all.filter((network) => network.Name === wanted.dockerName);
  if (found.some((network) => network.Labels?.[label.identity] === world.wanted.identity)) return true;
  if (found.length === 0) return false;
  throw new DrayageError(
    "NAME_TAKEN",
    `A network called "${wanted.dockerName}" exists on ${world.host.name} and does not belong to ${world.wanted.name}.`,
    {
      subject: subjectOf(world),
      hint: `Look at it with \`docker network inspect ${wanted.dockerName}\`, then remove it there.`,
    },
  );
}

function body(
  world: WorkloadWorld,
  wanted: WantedNetwork,
  subnet: string,
): Parameters<WorkloadWorld["host"]["docker"]["createNetwork"]>[0] {
  return {
    Name: wanted.dockerName,
    Driver: "bridge",
    Internal: wanted.internal,
    Labels: { ...workloadLabels(world, "network"), [label.name]: wanted.name },
    IPAM: { Driver: "default", Config: [{ Subnet: subnet }] },
  };
}

function subnetsOf(network: NetworkInspect): string[] {
  return (network.IPAM?.Config ?? []).flatMap((config) => config.Subnet ?? []);
}

/** Docker sees addresses that no list shows, such as the host's own routes. */
function overlaps(error: unknown): boolean {
  return error instanceof DrayageError && /overlap/i.test(error.message);
}

function usedUp(world: WorkloadWorld, name: string): DrayageError {
  return new DrayageError(
    "DOCKER_FAILED",
    `No subnet of ${world.wanted.subnets} is free on ${world.host.name} for the network ${name}.`,
    {
      subject: subjectOf(world),
      hint: 'Give the workload another range: subnets: "10.214.0.0/16".',
    },
  );
}

/** By connection: every lease has a handle of its own. */
const turns = new WeakMap<Connection, Promise<unknown>>();

function inTurn({ connection }: HostHandle, work: () => Promise<void>): Promise<void> {
  const turn = (turns.get(connection) ?? Promise.resolve()).then(work, work);
  turns.set(connection, turn);
  return turn;
}

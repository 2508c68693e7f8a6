/** After its gate a container gets the names of its service, its restart policy, and last its own name: that is the commit. */
import type { ContainerInspect } from "../../docker/docker-engine";
import { networkAliases, restartPolicy } from "../container-body";
import type { NewContainerDetail } from "../operations";
import type { WantedService } from "../wanted-workload";
import { type WorkloadWorld, wantedServiceOf } from "../workload-world";
import { nameOf, requireContainer } from "./find-container";

export async function promoteContainer(world: WorkloadWorld, detail: NewContainerDetail): Promise<void> {
  const container = await requireContainer(world, detail);
  const service = wantedServiceOf(world, detail.service);
  await giveNames(world, service, container);
  await world.host.docker.setRestartPolicy(container.Id, restartPolicy(service.spec.restart));
  const name = nameOf(world, detail, "current");
  if (container.Name.replace(/^\//, "") !== name) await world.host.docker.renameContainer(container.Id, name);
}

/**
 * Docker cannot add a name to a joined network: the container leaves and comes back under its old address, so that
 * what it has open goes on.
 */
export async function giveNames(world: WorkloadWorld, service: WantedService, container: ContainerInspect): Promise<void> {
  const { docker } = world.host;
  for (const { dockerName } of service.container.networks) {
    const aliases = networkAliases(service.container, dockerName);
    const endpoint = container.NetworkSettings.Networks?.[dockerName];
    if (endpoint && aliases.every((alias) => endpoint.Aliases?.includes(alias))) continue;
    if (endpoint) await docker.disconnectNetwork(dockerName, container.Id);
    await connect(world, dockerName, container.Id, aliases, endpoint?.IPAddress);
  }
}

async function connect(
  world: WorkloadWorld,
  network: string,
  container: string,
  aliases: string[],
  address: string | undefined,
): Promise<void> {
  const { docker } = world.host;
  if (!address) return docker.connectNetwork(network, container, { Aliases: aliases });
  try {
    await docker.connectNetwork(network, container, { Aliases: aliases, IPAMConfig: { IPv4Address: address } });
  } catch {
    // Somebody was given the address in between, or the network allows no fixed one.
    await docker.connectNetwork(network, container, { Aliases: aliases });
  }
}

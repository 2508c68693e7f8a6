import { networkInterfaces } from "node:os";
import type { DockerEngine } from "../engine/docker/docker-engine";
import { DrayageError } from "../spec/drayage-error";
import { chooseSubnet } from "./choose-subnet";
import { labLabels } from "./lab-labels";

/** A bridge of the lab's own, on a subnet that nothing on this machine uses yet. */
export async function createLabNetwork(
  docker: DockerEngine,
  lab: { id: string; name: string; range: string },
): Promise<{ networkId: string; subnet: string }> {
  const refused: string[] = [];
  for (;;) {
    const subnet = chooseSubnet(lab.range, [...(await subnetsInUse(docker)), ...refused]);
    try {
      const networkId = await docker.createNetwork({
        Name: `drayage-lab-${lab.name}-${lab.id.slice(0, 6)}`,
        Driver: "bridge",
        IPAM: { Driver: "default", Config: [{ Subnet: subnet }] },
        Labels: labLabels(lab.id),
      });
      return { networkId, subnet };
    } catch (error) {
      // Another lab may have taken the subnet between the look and the create; the engine is the judge.
      if (!(error instanceof DrayageError) || !/overlap/i.test(error.message)) throw error;
      refused.push(subnet);
    }
  }
}

async function subnetsInUse(docker: DockerEngine): Promise<string[]> {
  const networks = await docker.listNetworks();
  const ofDocker = networks.flatMap((network) => (network.IPAM?.Config ?? []).map((config) => config.Subnet));
  const ofMachine = Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).map((address) => address.cidr));
  return [...ofDocker, ...ofMachine].filter((subnet): subnet is string => typeof subnet === "string" && !subnet.includes(":"));
}

import type { NetworkInspect } from "../../../../sdk/engine/docker/docker-engine";
import { createNetwork } from "../../../../sdk/engine/workload/operate/create-network";
import type { WorkloadWorld } from "../../../../sdk/engine/workload/workload-world";
import { DrayageError } from "../../../../sdk/spec/drayage-error";

/** An engine that refuses a subnet it has given out, as Docker does; between a list and a create others get their turn. */
function fakeHost() {
  const made: NetworkInspect[] = [];
  let refusals = 0;
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const docker = {
    async listNetworks() {
      await turn();
      return [...made];
    },
    async createNetwork(body: { Name: string; IPAM: { Config: { Subnet: string }[] } }) {
      await turn();
      const subnet = body.IPAM.Config[0]?.Subnet;
      if (made.some((network) => network.IPAM?.Config?.[0]?.Subnet === subnet)) {
        refusals += 1;
        throw new DrayageError("DOCKER_FAILED", "Pool overlaps with other one on this address space");
      }
      made.push(body as unknown as NetworkInspect);
    },
  };
  return { host: { name: "rack", docker, connection: {} }, made, refusals: () => refusals };
}

describe("networks of many workloads on one host", () => {
  it("get a subnet each without getting in each other's way", async () => {
    const { host, made, refusals } = fakeHost();
    const worlds = Array.from({ length: 30 }, (_, number) => {
      const network = { name: "default", dockerName: `w${number}-default`, internal: false, subnet: undefined };
      const wanted = { name: `w${number}`, identity: `id${number}`, subnets: "10.214.0.0/16", networks: [network] };
      // A lease has a handle of its own.
      return { host: { ...host }, wanted, owner: {}, labels: {} } as unknown as WorkloadWorld;
    });
    await Promise.all(worlds.map((world) => createNetwork(world, "default")));
    expect(new Set(made.map((network) => network.IPAM?.Config?.[0]?.Subnet)).size).toBe(30);
    expect(refusals()).toBe(0);
  });
});

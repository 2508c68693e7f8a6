/** Calls on networks. */
import type { DockerEngine, NetworkInspect } from "./docker-engine";
import { type DockerHttp, encodePath } from "./docker-http";

type NetworkCalls = Pick<
  DockerEngine,
  "listNetworks" | "inspectNetwork" | "createNetwork" | "removeNetwork" | "connectNetwork" | "disconnectNetwork"
>;

export function networkCalls(http: DockerHttp): NetworkCalls {
  const at = (id: string, rest = ""): string => `/networks/${encodePath(id)}${rest}`;
  return {
    listNetworks: (filters) =>
      http.json<NetworkInspect[]>({ method: "GET", path: "/networks", query: { filters }, action: "list networks" }),
    inspectNetwork: (id) => http.find<NetworkInspect>({ method: "GET", path: at(id), action: `inspect network ${id}` }),
    createNetwork: async (body) => {
      // Without CheckDuplicate an engine before 25 makes a second network of the same name.
      const call = {
        method: "POST",
        path: "/networks/create",
        body: { ...body, CheckDuplicate: true },
        action: `create network ${body.Name}`,
      } as const;
      return (await http.json<{ Id: string }>(call)).Id;
    },
    removeNetwork: (id) => http.done({ method: "DELETE", path: at(id), action: `remove network ${id}` }, [404]),
    connectNetwork: (network, container, endpoint) =>
      http.done({
        method: "POST",
        path: at(network, "/connect"),
        body: { Container: container, EndpointConfig: endpoint },
        action: `connect container ${container} to network ${network}`,
      }),
    disconnectNetwork: (network, container, options = {}) =>
      http.done({
        method: "POST",
        path: at(network, "/disconnect"),
        body: { Container: container, Force: options.force ?? false },
        action: `disconnect container ${container} from network ${network}`,
      }),
  };
}

/** Ports on hosts' loopback that lead to our registry endpoint: one per connection for a whole run, because opening one costs a round of ssh. */
import type { Connection } from "../connection/connection";
import type { HostHandle } from "../host/host-handle";

export interface RegistryWays {
  /** The port under which `from`'s engine reaches the endpoint. @throws where forwarding is forbidden; asked once. */
  portOn(from: HostHandle): Promise<number>;
  /** Forgets a way that proved broken: the next question opens another. */
  forget(from: HostHandle): Promise<void>;
  close(): Promise<void>;
}

type Way = Awaited<ReturnType<Connection["forwardBack"]>>;

export function createRegistryWays(registryPort: number): RegistryWays {
  const ways = new Map<Connection, Promise<Way>>();
  const end = (way: Promise<Way>): Promise<void> => way.then((open) => open.close()).catch(() => undefined);
  return {
    portOn: async ({ connection }) => {
      const way = ways.get(connection) ?? connection.forwardBack(registryPort);
      ways.set(connection, way);
      return (await way).port;
    },
    forget: async ({ connection }) => {
      const way = ways.get(connection);
      ways.delete(connection);
      if (way !== undefined) await end(way);
    },
    close: async () => {
      await Promise.all([...ways.values()].map(end));
      ways.clear();
    },
  };
}

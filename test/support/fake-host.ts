/** A host with a fake engine and a record in memory. */
import type { DockerEngine } from "../../sdk/engine/docker/docker-engine";
import type { HostHandle } from "../../sdk/engine/host/host-handle";
import { FakeDocker } from "./fake-docker";
import { FakeRecord } from "./fake-record";

export interface FakeHost {
  readonly docker: FakeDocker;
  readonly record: FakeRecord;
  readonly handle: HostHandle;
  /** The same host seen by another run: nothing is remembered. `wrap` changes what its calls do. */
  again(wrap?: (docker: DockerEngine) => DockerEngine): HostHandle;
}

export function fakeHost(name = "rack"): FakeHost {
  const docker = new FakeDocker(name);
  const record = new FakeRecord();
  const again = (wrap = (same: DockerEngine) => same): HostHandle => ({
    name,
    connection: {
      host: name,
      spec: { kind: "local" },
      socketPath: docker.socketPath,
      hostKey: undefined,
      forwardBack: async (port) => ({ port, close: async () => undefined }),
      alive: async () => true,
    },
    docker: wrap(docker as unknown as DockerEngine),
    record,
    measured: { machineId: `machine-${name}`, engineId: `engine-${name}` } as HostHandle["measured"],
  });
  return { docker, record, handle: again(), again };
}

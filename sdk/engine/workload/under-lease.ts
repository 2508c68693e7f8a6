/** A host whose engine asks, before each call that changes something, whether this run may still do so. */
import type { DockerEngine } from "../docker/docker-engine";
import type { HostHandle } from "../host/host-handle";

const changing: ReadonlySet<string> = new Set<keyof DockerEngine>([
  "createContainer",
  "startContainer",
  "stopContainer",
  "killContainer",
  "restartContainer",
  "removeContainer",
  "renameContainer",
  "setRestartPolicy",
  "updateLimits",
  "putArchive",
  "createVolume",
  "removeVolume",
  "createNetwork",
  "removeNetwork",
  "connectNetwork",
  "disconnectNetwork",
]);

/** @throws LEASE_LOST from any changing call after the lease was taken over. */
export function underLease(host: HostHandle, assertHeld: () => Promise<void>): HostHandle {
  const docker = new Proxy(host.docker, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver);
      if (typeof value !== "function" || !changing.has(String(name))) return value;
      return async (...given: unknown[]) => {
        await assertHeld();
        return value.apply(target, given);
      };
    },
  });
  return { ...host, docker };
}

/**
 * Lets clients reach a container the moment it is up. Engines before 28 publish a port before the container's interface is there:
 * whoever comes in between makes the host ask for its address in vain and wait a second, and all that come later wait with it.
 */
import type { NetworkInspect } from "../docker/docker-engine";
import type { HostHandle } from "../host/host-handle";
import { attachMover } from "../host/mover-container";
import { moverLines } from "../host/mover-lines";

export interface Neighbours {
  /** From now on, until it is closed: addresses on these networks that nobody answered for are asked for again at once. */
  hurry(networks: readonly NetworkInspect[]): void;
  close(): Promise<void>;
}

const announcesItself = 28;

/** undefined where the engine sees to it, or where the helper cannot be had: then clients come a little later. */
export async function openNeighbours({ docker, measured }: HostHandle): Promise<Neighbours | undefined> {
  if (Number.parseInt(measured.engineVersion, 10) >= announcesItself) return undefined;
  try {
    const mover = await attachMover(docker, { args: ["neighbours"], network: "host", capabilities: ["NET_RAW"] });
    const lines = moverLines(mover.attached.stdin, mover.attached.stdout, () => new Error("the helper ended"));
    mover.attached.stderr.resume();
    return {
      hurry: (networks) => void lines.ask({ devices: networks.map(bridgeOf) }).catch(() => undefined),
      close: () => mover.close(),
    };
  } catch {
    return undefined;
  }
}

/** Docker names a bridge after its network unless it was told a name. */
export function bridgeOf({ Id, Options }: Pick<NetworkInspect, "Id" | "Options">): string {
  return Options?.["com.docker.network.bridge.name"] ?? `br-${Id.slice(0, 12)}`;
}

/** Which of the ports a workload publishes are taken on a host, by a container or by a process that Docker knows nothing of. */
import { z } from "zod";
import { DrayageError } from "../../spec/drayage-error";
import type { DockerEngine } from "../docker/docker-engine";
import { runMover } from "../host/mover-container";
import { label } from "../labels";
import { portsOf } from "../workload/observe-workload";
import type { PortHolder } from "../workload/observed-workload";

export interface WantedPort {
  /** "" = all addresses. */
  readonly address: string;
  readonly published: number;
  readonly protocol: string;
}

/**
 * Binds each port for a moment in the host's own network. Yields `0.0.0.0:80/tcp (container web)`. What the forwarder of `identity`
 * holds is free: it goes when that workload comes.
 */
export async function takenPorts(docker: DockerEngine, wanted: readonly WantedPort[], identity?: string): Promise<string[]> {
  if (wanted.length === 0) return [];
  const keys = wanted.map((port) => `${port.address === "" ? "0.0.0.0" : port.address}:${port.published}/${port.protocol}`);
  const exit = await runMover(docker, { args: ["ports", ...keys], network: "host", capabilities: ["NET_BIND_SERVICE"] });
  if (exit.exitCode !== 0) {
    throw new DrayageError("DOCKER_FAILED", `the ports of ${docker.host} could not be tried: ${exit.stderr.toString().trim()}`);
  }
  const { taken } = z.object({ taken: z.array(z.string()) }).parse(JSON.parse(exit.stdout.toString()));
  const owners = await publishers(docker);
  return taken.flatMap((key) => {
    const [, port, protocol] = /:(\d+)\/(\w+)$/.exec(key) ?? [];
    const owner = owners.get(`${port}/${protocol}`);
    if (owner?.forwards !== undefined && owner.identity === identity) return [];
    return [`${key} (${ownerText(owner, docker.host)})`];
  });
}

interface Publisher extends PortHolder {
  readonly identity: string | undefined;
}

function ownerText(owner: Publisher | undefined, host: string): string {
  if (owner === undefined) return "a process outside Docker";
  const { forwards, container } = owner;
  return forwards === undefined
    ? `container ${container}`
    : `the forwarder of ${forwards}, which goes with \`dray forwards rm ${forwards} --host ${host}\``;
}

async function publishers(docker: DockerEngine): Promise<Map<string, Publisher>> {
  const running = await docker.listContainers();
  return new Map(
    running.flatMap((container) =>
      portsOf(container).map((port): [string, Publisher] => [
        `${port.published}/${port.protocol}`,
        { ...port, identity: container.Labels[label.identity] },
      ]),
    ),
  );
}

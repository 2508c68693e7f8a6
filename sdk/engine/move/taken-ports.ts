/** Which of the ports a workload publishes are taken on a host, by a container or by a process that Docker knows nothing of. */
import { z } from "zod";
import { DrayageError } from "../../spec/drayage-error";
import type { DockerEngine } from "../docker/docker-engine";
import { runMover } from "../host/mover-container";

export interface WantedPort {
  /** "" = all addresses. */
  readonly address: string;
  readonly published: number;
  readonly protocol: string;
}

/** Binds each port for a moment in the host's own network. Yields `0.0.0.0:80/tcp (container web)`. */
export async function takenPorts(docker: DockerEngine, wanted: readonly WantedPort[]): Promise<string[]> {
  if (wanted.length === 0) return [];
  const keys = wanted.map((port) => `${port.address === "" ? "0.0.0.0" : port.address}:${port.published}/${port.protocol}`);
  const exit = await runMover(docker, { args: ["ports", ...keys], network: "host", capabilities: ["NET_BIND_SERVICE"] });
  if (exit.exitCode !== 0) {
    throw new DrayageError("DOCKER_FAILED", `the ports of ${docker.host} could not be tried: ${exit.stderr.toString().trim()}`);
  }
  const { taken } = z.object({ taken: z.array(z.string()) }).parse(JSON.parse(exit.stdout.toString()));
  const owners = await publishers(docker);
  return taken.map((key) => {
    const [, port, protocol] = /:(\d+)\/(\w+)$/.exec(key) ?? [];
    const owner = owners.get(`${port}/${protocol}`);
    return `${key} (${owner === undefined ? "a process outside Docker" : `container ${owner}`})`;
  });
}

async function publishers(docker: DockerEngine): Promise<Map<string, string>> {
  const running = await docker.listContainers();
  return new Map(
    running.flatMap((container) =>
      container.Ports.filter((port) => port.PublicPort !== undefined).map((port): [string, string] => [
        `${port.PublicPort}/${port.Type}`,
        (container.Names[0] ?? container.Id).replace(/^\//, ""),
      ]),
    ),
  );
}

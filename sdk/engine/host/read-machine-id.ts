import type { DockerEngine } from "../docker/docker-engine";
import { runMover } from "./mover-container";

/**
 * The machine's identity: /etc/machine-id, read by the mover; where a system has none (Docker Desktop's, Alpine's), the engine's id
 * takes its place.
 */
export async function readMachineId(docker: DockerEngine, moverDir?: string): Promise<string> {
  const { id } = await docker.info();
  try {
    const { exitCode, stdout } = await runMover(docker, {
      args: ["measure", "--machine-id", "/machine-id"],
      files: [{ source: "/etc/machine-id", path: "/machine-id" }],
      moverDir,
    });
    const { machineId } = exitCode === 0 ? (JSON.parse(stdout.toString()) as { machineId?: string }) : {};
    return machineId || `engine:${id}`;
  } catch (error) {
    // A mount of a file that is not there is the engine's refusal, not a failure of the connection.
    if (/machine-id|invalid mount config|does not exist/.test(String(error))) return `engine:${id}`;
    throw error;
  }
}

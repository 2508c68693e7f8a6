/** API silence is not proof of a stop: the engine says exited, and no process of the host has a volume mounted. */
import { z } from "zod";
import { DrayageError } from "../../spec/drayage-error";
import type { Clock } from "../clock";
import type { DockerEngine } from "../docker/docker-engine";
import { runMover } from "../host/mover-container";

const holdersReply = z.object({ holders: z.array(z.object({ pid: z.number(), command: z.string(), volume: z.string() })) });

export interface ExitToProve {
  readonly docker: DockerEngine;
  readonly containers: readonly string[];
  /** Docker's names of the volumes that must have no holder. */
  readonly volumes: readonly string[];
  /** Containers of ours that have the volumes mounted read-only to copy them. */
  readonly copiers: readonly string[];
  readonly clock: Clock;
}

/** @throws MOVE_FAILED naming what still runs; nothing was changed then. */
export async function proveExit(exit: ExitToProve): Promise<void> {
  await Promise.all(exit.containers.map((id) => assertExited(exit.docker, id)));
  if (exit.volumes.length === 0) return;
  const except = await processesOf(exit.docker, exit.copiers);
  for (let attempt = 0; ; attempt += 1) {
    const found = await holdersOf(exit.docker, exit.volumes, except);
    if (found.length === 0) return;
    if (attempt >= 20) {
      const named = found.map((holder) => `${holder.command} (pid ${holder.pid}) has ${holder.volume}`).join(", ");
      throw new DrayageError("MOVE_FAILED", `the stop could not be proved: ${named}`, {
        subject: exit.docker.host,
        hint: "End that process on the host, then run the same command again.",
      });
    }
    await exit.clock.sleep(100);
  }
}

async function assertExited(docker: DockerEngine, id: string): Promise<void> {
  const state = (await docker.inspectContainer(id))?.State;
  if (state !== undefined && (state.Running || state.Pid !== 0)) {
    throw new DrayageError("MOVE_FAILED", `container ${id.slice(0, 12)} still runs after its stop`, { subject: docker.host });
  }
}

async function processesOf(docker: DockerEngine, containers: readonly string[]): Promise<number[]> {
  const inspected = await Promise.all(containers.map((id) => docker.inspectContainer(id)));
  return inspected.map((container) => container?.State.Pid ?? 0).filter((pid) => pid > 0);
}

async function holdersOf(docker: DockerEngine, volumes: readonly string[], except: readonly number[]) {
  const args = ["holders", "--except", except.join(","), ...volumes];
  const exit = await runMover(docker, { args, pid: "host", capabilities: ["SYS_PTRACE", "DAC_READ_SEARCH"] });
  if (exit.exitCode !== 0) {
    throw new DrayageError(
      "MOVE_FAILED",
      `the processes of ${docker.host} could not be listed: ${exit.stderr.toString().trim()}`,
    );
  }
  return holdersReply.parse(JSON.parse(exit.stdout.toString())).holders;
}

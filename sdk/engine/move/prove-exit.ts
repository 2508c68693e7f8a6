/** API silence is not proof of a stop: the engine says exited, and no process of the host has a volume mounted. */
import { z } from "zod";
import { DrayageError } from "../../spec/drayage-error";
import type { Clock } from "../clock";
import type { DockerEngine } from "../docker/docker-engine";
import { attachMover } from "../host/mover-container";
import { moverLines } from "../host/mover-lines";

const holdersReply = z.object({ holders: z.array(z.object({ pid: z.number(), command: z.string(), volume: z.string() })) });

export interface ExitToProve {
  readonly containers: readonly string[];
  /** Docker's names of the volumes that must have no holder. */
  readonly volumes: readonly string[];
  /** Paths of folders of the host that must have none either. */
  readonly folders: readonly string[];
  /** Containers of ours that have the volumes mounted read-only to copy them. */
  readonly copiers: readonly string[];
}

/** Sees the processes of one host. Opened before the cut, because starting a container takes longer than asking it. */
export interface ExitWitness {
  /** @throws MOVE_FAILED naming what still runs; nothing was changed then */
  prove(exit: ExitToProve): Promise<void>;
  close(): Promise<void>;
}

/** How long a process may take to end after its container was reported as exited. */
const patienceMs = 2000;
const askAgainMs = 50;

export async function openExitWitness(docker: DockerEngine, clock: Clock): Promise<ExitWitness> {
  const mover = await attachMover(docker, { args: ["holders"], pid: "host", capabilities: ["SYS_PTRACE", "DAC_READ_SEARCH"] });
  const lost = () =>
    new DrayageError("MOVE_FAILED", "the helper that watches the host's processes ended", { subject: docker.host });
  const lines = moverLines(mover.attached.stdin, mover.attached.stdout, lost);
  const holdersOf = async (volumes: readonly string[], folders: readonly string[], except: readonly number[]) =>
    holdersReply.parse(await lines.ask({ volumes, folders, except })).holders;
  return {
    close: () => mover.close(),
    async prove({ containers, volumes, folders, copiers }) {
      const except = await processesOf(docker, copiers);
      await Promise.all(containers.map((id) => assertExited(docker, id)));
      const deadline = clock.monotonic() + patienceMs;
      let found = await holdersOf(volumes, folders, except);
      while (found.length > 0 && clock.monotonic() < deadline) {
        await clock.sleep(askAgainMs);
        found = await holdersOf(volumes, folders, except);
      }
      if (found.length === 0) return;
      const named = found.map((holder) => `${holder.command} (pid ${holder.pid}) has ${holder.volume}`).join(", ");
      throw new DrayageError("MOVE_FAILED", `the stop could not be proved: ${named}`, {
        subject: docker.host,
        hint: "End that process on the host, then run the same command again.",
      });
    },
  };
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

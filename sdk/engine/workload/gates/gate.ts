/** A gate is a health decision with evidence: may this container take over? */
import type { DockerEngine } from "../../docker/docker-engine";
import type { RunContext } from "../../run-context";

export interface GateTarget {
  readonly docker: DockerEngine;
  readonly container: string;
  /** How often Docker had restarted it before: more than that means that it ended meanwhile. */
  readonly restartsBefore: number;
  readonly context: RunContext;
  readonly deadlineMs: number;
  /** One line for the person who waits. */
  say(text: string): void;
}

export type GateResult =
  | { readonly passed: true }
  /** exited: the container ended. unhealthy: it runs, but never answered as it should. */
  | { readonly passed: false; readonly why: "exited" | "unhealthy"; readonly evidence: string };

export interface Gate {
  wait(target: GateTarget): Promise<GateResult>;
}

export const passed: GateResult = { passed: true };

/** Why the container can pass no gate any more; undefined while it runs. */
export async function endOf(
  target: Pick<GateTarget, "docker" | "container" | "restartsBefore">,
): Promise<GateResult | undefined> {
  const inspect = await target.docker.inspectContainer(target.container);
  if (!inspect) return { passed: false, why: "exited", evidence: "its container is gone" };
  const { Running, ExitCode, OOMKilled, Error: reason } = inspect.State;
  const restarts = inspect.RestartCount ?? 0;
  if (Running && restarts <= target.restartsBefore) return undefined;
  const oom = OOMKilled ? ", killed because it used more memory than its limit" : "";
  const told = reason ? `: ${reason}` : "";
  return { passed: false, why: "exited", evidence: `it ended with exit code ${ExitCode}${oom}${told}` };
}

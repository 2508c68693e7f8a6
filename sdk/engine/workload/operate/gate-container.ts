/** Waits until a started container may take over, or says with its last words why it may not. */
import { DrayageError } from "../../../spec/drayage-error";
import type { ExecutorContext } from "../../plan/run-plan";
import { chooseGate } from "../gates/choose-gate";
import type { GateResult } from "../gates/gate";
import { replicaName } from "../object-names";
import { subjectOf, type WorkloadWorld, wantedServiceOf } from "../workload-world";
import { type ContainerDetail, requireContainer } from "./find-container";

const lastLines = 20;

/** @throws GATE_FAILED when it never answered as it should, START_FAILED when it ended; CANCELLED */
export async function gateContainer(world: WorkloadWorld, detail: ContainerDetail, context: ExecutorContext): Promise<void> {
  const container = await requireContainer(world, detail);
  const { gate, deadlineMs } = chooseGate(wantedServiceOf(world, detail.service).gate, container);
  const say = (text: string) => context.progress({ text: hideSecrets(world, detail.service, text) });
  const restartsBefore = container.RestartCount ?? 0;
  const target = { docker: world.host.docker, container: container.Id, restartsBefore, context, deadlineMs, say };
  const result = await uncancelled(() => gate.wait(target), context, world, detail);
  if (!result.passed) throw await gateError(world, detail, container.Id, result);
}

/** An error with the container's last lines and the command that shows more. */
export async function gateError(
  world: WorkloadWorld,
  detail: ContainerDetail,
  container: string,
  result: Exclude<GateResult, { passed: true }>,
): Promise<DrayageError> {
  const logs = (await world.host.docker.tailLogs(container, lastLines).catch(() => "")).trimEnd();
  const what = result.why === "exited" ? "did not stay up" : "did not become healthy";
  const tail = logs === "" ? "It wrote nothing." : `Its last lines:\n${logs.replace(/^/gm, "  | ")}`;
  const message = `${replicaName(detail.service, detail.replica)} ${what}: ${result.evidence}. ${tail}`;
  return new DrayageError(result.why === "exited" ? "START_FAILED" : "GATE_FAILED", hideSecrets(world, detail.service, message), {
    subject: subjectOf(world, detail.service),
    hint: `dray logs ${world.wanted.name}/${detail.service}`,
  });
}

/** A program may print what it was given; an error of ours must not repeat it. */
export function hideSecrets(world: WorkloadWorld, service: string, text: string): string {
  const values = Object.values(world.secrets[service] ?? {}).flatMap((value) => [value, ...value.split("\n")]);
  return values.filter((value) => value.length >= 4).reduce((hidden, value) => hidden.replaceAll(value, "***"), text);
}

async function uncancelled<T>(
  wait: () => Promise<T>,
  context: ExecutorContext,
  world: WorkloadWorld,
  detail: ContainerDetail,
): Promise<T> {
  try {
    return await wait();
  } catch (error) {
    if (!context.signal.aborted) throw error;
    throw new DrayageError("CANCELLED", `Cancelled while waiting for ${replicaName(detail.service, detail.replica)}.`, {
      subject: subjectOf(world, detail.service),
      hint: "Run the same command again to continue.",
      cause: error,
    });
  }
}

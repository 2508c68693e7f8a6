/** Starts a container; where that fails, says why in the user's words. */
import { DrayageError } from "../../../spec/drayage-error";
import { portsOverlap } from "../conflicts";
import { portsOf } from "../observe-workload";
import { subjectOf, type WorkloadWorld, wantedServiceOf } from "../workload-world";
import { type ContainerDetail, requireContainer } from "./find-container";

/** Running already is fine. @throws PORT_TAKEN naming the holder, START_FAILED with the daemon's reason */
export async function startContainer(world: WorkloadWorld, detail: ContainerDetail): Promise<void> {
  const { docker } = world.host;
  const container = await requireContainer(world, detail);
  if (container.State.Paused) return docker.restartContainer(container.Id);
  if (container.State.Running) return;
  try {
    await docker.startContainer(container.Id);
  } catch (error) {
    throw await explained(world, detail.service, error);
  }
}

async function explained(world: WorkloadWorld, service: string, error: unknown): Promise<unknown> {
  if (!(error instanceof DrayageError)) return error;
  const subject = subjectOf(world, service);
  if (error.code === "PORT_TAKEN")
    return new DrayageError("PORT_TAKEN", await portMessage(world, service, error), {
      subject,
      hint: "Stop what listens there, or publish another port.",
      cause: error,
    });
  if (error.code !== "START_FAILED" && error.code !== "DOCKER_FAILED") return error;
  return new DrayageError("START_FAILED", `${service} could not start: ${error.message}`, {
    subject,
    hint: error.hint ?? `Look at services.${service}.command and entrypoint.`,
    cause: error,
  });
}

/** No container of the engine: then some program of the host itself holds it. */
async function portMessage(world: WorkloadWorld, service: string, error: DrayageError): Promise<string> {
  const wanted = wantedServiceOf(world, service).spec.ports;
  const running = await world.host.docker.listContainers({ status: ["running"] });
  const holder = running.flatMap(portsOf).find((held) => wanted.some((port) => portsOverlap(port, held)));
  if (holder) return `Port ${holder.published} of ${world.host.name} is published by the container "${holder.container}".`;
  return `${error.message.split(":")[0]}: no container holds it, so a program on ${world.host.name} itself does.`;
}

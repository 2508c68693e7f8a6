/** Starts a container; where that fails, says why in the user's words. */
import { DrayageError } from "../../../spec/drayage-error";
import { portsOverlap } from "../conflicts";
import { portsOf } from "../observe-workload";
import { subjectOf, type WorkloadWorld, wantedServiceOf } from "../workload-world";
import { type ContainerDetail, requireContainer } from "./find-container";

/** Linux lends ports from here on to outgoing connections (its default net.ipv4.ip_local_port_range). */
const firstLentPort = 32_768;

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
  if (error.code === "PORT_TAKEN") return portTaken(world, service, error);
  if (error.code !== "START_FAILED" && error.code !== "DOCKER_FAILED") return error;
  return new DrayageError("START_FAILED", `${service} could not start: ${error.message}`, {
    subject: subjectOf(world, service),
    hint: error.hint ?? `Look at services.${service}.command and entrypoint.`,
    cause: error,
  });
}

async function portTaken(world: WorkloadWorld, service: string, cause: DrayageError): Promise<DrayageError> {
  const { docker, name: host } = world.host;
  const wanted = wantedServiceOf(world, service).spec.ports;
  const failed = (message: string, hint: string) =>
    new DrayageError("PORT_TAKEN", message, { subject: subjectOf(world, service), hint, cause });
  const running = await docker.listContainers({ status: ["running"] });
  const holder = running.flatMap(portsOf).find((held) => wanted.some((port) => portsOverlap(port, held)));
  const hint = "Stop what listens there, or publish another port.";
  if (holder) return failed(`Port ${holder.published} of ${host} is published by the container "${holder.container}".`, hint);
  const message = `${cause.message.split(":")[0]}: no container holds it, so a program on ${host} itself does`;
  const lent = wanted.map((port) => port.published).filter((port) => port >= firstLentPort);
  if (lent.length === 0) return failed(`${message}.`, hint);
  return failed(
    `${message}, or an outgoing connection of it, up to a minute after its end.`,
    `${hint} net.ipv4.ip_local_reserved_ports on ${host} keeps outgoing connections from ${lent.join(" and ")}.`,
  );
}

/** What is there, as differences from what the program last said. Reads only. */
import { compareContainer } from "./compare-container";
import type { ServiceDecision } from "./decide-service";
import { decideWorkload } from "./decide-workload";
import type { FieldChange } from "./diff-fields";
import { observeWorkload } from "./observe-workload";
import type { ObservedWorkload } from "./observed-workload";
import { namesOf } from "./preview-workload";
import { type WantedWorkload, wantedWorkload } from "./wanted-workload";
import type { WorkloadReading, WorkloadRequest } from "./workload-request";

export type ReadRequest = Pick<WorkloadRequest, "identity" | "spec" | "secrets" | "secretMarks" | "secretKey" | "host">;

/** gone: neither containers nor volumes of this identity remain. */
export async function readWorkload(request: ReadRequest): Promise<WorkloadReading> {
  const observed = await observeWorkload(request.host, request.identity);
  if (observed.containers.length === 0 && observed.volumes.length === 0) return { state: "gone" };
  const wanted = wantedWorkload({ ...namesOf(observed), ...request });
  return { state: "present", drift: driftOf(wanted, observed), ownerId: observed.record?.owner.id };
}

/** Only paths of the spec: whoever reads puts what is there in the place of what was written. Pure. */
export function driftOf(wanted: WantedWorkload, observed: ObservedWorkload): FieldChange[] {
  const decisions = decideWorkload(wanted, observed);
  const named = new Set(wanted.services.map((service) => service.name));
  const extra = observed.containers.filter((one) => one.stage === "current" && !named.has(one.service)).map((one) => one.service);
  return [
    ...decisions.flatMap((decision) => serviceDrift(decision)),
    ...[...new Set(extra)].map((service) => ({ path: `services.${service}`, was: undefined, is: "running" })),
    ...wanted.volumes
      .filter((volume) => volume.external === undefined && !observed.volumes.some((one) => one.dockerName === volume.dockerName))
      .map((volume) => ({ path: `volumes.${volume.name}`, was: "present", is: undefined })),
    ...wanted.networks
      .filter((network) => !observed.networks.some((one) => one.dockerName === network.dockerName))
      .map((network) => ({ path: `networks.${network.name}`, was: "present", is: undefined })),
  ];
}

function serviceDrift({ service, replicas, surplus }: ServiceDecision): FieldChange[] {
  const at = `services.${service.name}`;
  const serving = replicas.filter((one) => one.action.kind === "keep" || (one.current !== undefined && isUp(one.current.state)));
  const found = serving.length + surplus.filter((one) => one.stage === "current").length;
  const changed = replicas.flatMap(({ action, current }) => {
    if (action.kind === "keep" || !current) return [];
    const verdict = compareContainer(service.container, current);
    return verdict.kind === "same" ? [] : verdict.changes.filter((change) => change.path !== "running");
  });
  const byPath = new Map(changed.map((change) => [specPath(change.path), change]));
  return [
    ...(found === service.spec.replicas ? [] : [{ path: `${at}.replicas`, was: service.spec.replicas, is: found }]),
    ...[...byPath].map(([path, { was, is }]) => ({ path: `${at}.${path}`, was: is, is: was })),
  ];
}

/** From the words of a container's label to those of the program. */
function specPath(path: string): string {
  const [first = ""] = path.split(".");
  return words[first] ?? path;
}

const words: Readonly<Record<string, string>> = {
  memoryBytes: "memory",
  shmSizeBytes: "shmSize",
  secretsGeneration: "secrets",
  configsGeneration: "configs",
  mounts: "volumes",
  externalVolumes: "volumes",
  networks: "networks",
  image: "image",
  container: "image",
};

function isUp(state: string): boolean {
  return state === "running" || state === "restarting";
}

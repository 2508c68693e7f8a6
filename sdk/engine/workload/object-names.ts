/** Names of what a workload has in Docker, and what a container's name tells about how far it has come. */
import { type ContainerName, containerName, networkName, shortIdentity } from "../../spec/docker-names";
import type { NetworkSpec } from "../../spec/network";

/**
 * new: has not passed its gate. current: has. failed: kept for its logs after a failed deploy. The name carries it because
 * labels cannot change, a rename is atomic, and a list shows it.
 */
export type Stage = "new" | "current" | "failed";

export function stagedName(name: ContainerName, stage: Stage): string {
  return stage === "current" ? containerName(name) : `${containerName(name)}-${stage}`;
}

export function stageOf(dockerName: string): Stage {
  return /-g\d+-new$/.test(dockerName) ? "new" : /-g\d+-failed$/.test(dockerName) ? "failed" : "current";
}

/** `api.1`: a replica in messages, plans and operation ids. */
export function replicaName(service: string, replica: number): string {
  return `${service}.${replica}`;
}

/** A network cannot change: another kind of network is another network, so the kind is in the name. */
export function networkDockerName(workload: string, identity: string, network: string, spec: NetworkSpec): string {
  const subnet = spec.subnet === undefined ? "" : `-${spec.subnet.replace(/[^0-9a-f]+/gi, "-")}`;
  return `${networkName(workload, identity, network)}${spec.internal ? "-internal" : ""}${subnet}`;
}

/** A workload's name is the front of its objects' names, and may change while they live: what has the rest is the same object. */
export function standingName(name: string, workload: string, standing: readonly string[]): string {
  if (standing.includes(name)) return name;
  const rest = name.slice(workload.length);
  return standing.find((one) => one.endsWith(rest)) ?? name;
}

export function deliveryVolumeName(
  workload: string,
  identity: string,
  service: string,
  kind: "secrets" | "configs",
  generation: string,
): string {
  return `${workload}-${shortIdentity(identity)}-${service}-${kind}-${generation}`;
}

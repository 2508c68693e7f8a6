/** How our objects are called in Docker. For people: what decides is the identity label. */

/** The part that tells two workloads of one name apart. */
export function shortIdentity(identity: string): string {
  return identity.slice(0, 6);
}

export interface ContainerName {
  readonly workload: string;
  readonly identity: string;
  readonly service: string;
  /** From 1. */
  readonly replica: number;
  /** Grows with each new container of this replica. */
  readonly generation: number;
}

export function containerName(name: ContainerName): string {
  return `${prefix(name.workload, name.identity)}-${name.service}-${name.replica}-g${name.generation}`;
}

export function volumeName(workload: string, identity: string, volume: string): string {
  return `${prefix(workload, identity)}-${volume}`;
}

export function networkName(workload: string, identity: string, network: string): string {
  return `${prefix(workload, identity)}-${network}`;
}

function prefix(workload: string, identity: string): string {
  return `${workload}-${shortIdentity(identity)}`;
}

import type { DockerEngine } from "../docker/docker-engine";

/** What is measured once per connection. */
export interface MeasuredHost {
  /** /etc/machine-id of the host, read by the mover; undefined before the mover image is there. */
  readonly machineId: string | undefined;
  readonly engineId: string;
  readonly engineVersion: string;
  readonly apiVersion: string;
  /** Docker's words: amd64, arm64. */
  readonly arch: string;
  readonly os: string;
  readonly imageStore: "graphdriver" | "containerd";
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly liveRestore: boolean;
}

/** `machineId` comes from the mover, where it is there already. */
export async function measureHost(docker: Pick<DockerEngine, "info">, machineId?: string): Promise<MeasuredHost> {
  const info = await docker.info();
  return {
    machineId,
    engineId: info.id,
    engineVersion: info.version,
    apiVersion: info.apiVersion,
    arch: info.arch,
    os: info.os,
    imageStore: info.imageStore,
    cpus: info.cpus,
    memoryBytes: info.memoryBytes,
    liveRestore: info.liveRestore,
  };
}

import type { HostOffer } from "../../spec/host-fit";
import { type HostTraitsInput, hostTraits } from "../../spec/host-traits";
import type { DockerEngine } from "../docker/docker-engine";

/** What is measured once per connection, by calls that every run makes anyway: nothing of it changes while a run lasts. */
export interface MeasuredHost {
  /** /etc/machine-id of the host, read by the mover; undefined before the mover image is there. */
  readonly machineId: string | undefined;
  readonly engineId: string;
  readonly engineVersion: string;
  /** The newest API that the engine speaks, and the oldest; undefined where it does not say. */
  readonly apiVersion: string;
  readonly minApiVersion: string | undefined;
  /** Docker's words: amd64, arm64. */
  readonly arch: string;
  readonly os: string;
  /** `Debian GNU/Linux 12 (bookworm)`. */
  readonly osName: string;
  /** `12`; empty where the engine does not say. */
  readonly osVersion: string;
  readonly kernel: string;
  /** `1` or `2`. */
  readonly cgroupVersion: string;
  readonly storageDriver: string;
  readonly imageStore: "graphdriver" | "containerd";
  /** Where the engine keeps its data, on the host. */
  readonly rootDir: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  /** The engine has a runtime for GPUs. */
  readonly gpuRuntime: boolean;
  readonly liveRestore: boolean;
}

/** `machineId` comes from the mover, where it is there already. */
export async function measureHost(docker: Pick<DockerEngine, "info">, machineId?: string): Promise<MeasuredHost> {
  const { id, name: _n, version, securityOptions: _s, ...facts } = await docker.info();
  return { ...facts, machineId, engineId: id, engineVersion: version };
}

/** What needs are compared with. `measured` is absent while the machine does not exist. */
export function hostOffer(traits: HostTraitsInput | undefined, measured: MeasuredHost | undefined): HostOffer {
  const { arch = traits?.arch, memoryBytes, cpus, gpuRuntime } = measured ?? {};
  return { arch, memoryBytes, cpus, gpuRuntime, traits: hostTraits(traits) };
}

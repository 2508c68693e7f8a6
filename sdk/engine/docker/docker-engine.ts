/**
 * What the bytes mean: typed calls on one Docker engine. No decisions here. A 404 of an inspect is `undefined`; every other
 * failure is a DrayageError whose code says the cause (PORT_TAKEN, NAME_TAKEN, DISK_FULL, IMAGE_NOT_FOUND, … else DOCKER_FAILED).
 */
import type { Duplex, Readable } from "node:stream";
import type Dockerode from "dockerode";

export type ContainerSummary = Dockerode.ContainerInfo;
export type ContainerInspect = Dockerode.ContainerInspectInfo;
export type ImageInspect = Dockerode.ImageInspectInfo;
export type VolumeInspect = Dockerode.VolumeInspectInfo;
export type NetworkInspect = Dockerode.NetworkInspectInfo;
export type ContainerBody = Omit<Dockerode.ContainerCreateOptions, "name">;
export type EndpointSettings = Partial<Dockerode.EndpointSettings>;

export interface EngineInfo {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly apiVersion: string;
  /** The oldest API it still speaks; undefined where it does not say. */
  readonly minApiVersion: string | undefined;
  readonly os: string;
  /** `Debian GNU/Linux 12 (bookworm)`. */
  readonly osName: string;
  /** `12`; empty where the engine does not say. */
  readonly osVersion: string;
  /** Docker's words: amd64, arm64. */
  readonly arch: string;
  readonly kernel: string;
  readonly storageDriver: string;
  readonly imageStore: "graphdriver" | "containerd";
  readonly rootDir: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly cgroupVersion: string;
  /** It has a runtime called nvidia. */
  readonly gpuRuntime: boolean;
  readonly liveRestore: boolean;
  readonly securityOptions: readonly string[];
  /** Registries that it may talk to without TLS, or without checking it: names and address ranges. */
  readonly insecureRegistries: readonly string[];
}

/** `label`, `volume`, `id`, `name`, `status`, `ancestor`, `network`, … as in the Engine API. */
export type Filters = Readonly<Record<string, readonly string[]>>;

export interface Exit {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

/** An attached container: stdin is written, stdout and stderr arrive apart; closing stdin half-closes. */
export interface Attached {
  readonly stdin: Duplex;
  readonly stdout: Readable;
  readonly stderr: Readable;
  close(): void;
}

export interface TransferProgress {
  readonly layer?: string;
  readonly status: string;
  readonly current?: number;
  readonly total?: number;
  /** Of the manifest, at the end of a push. */
  readonly digest?: string;
}

export interface RegistryCredentials {
  readonly serveraddress: string;
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
}

export interface DockerEngine {
  /** The program's name for the host, for messages. */
  readonly host: string;
  readonly socketPath: string;

  /** One call per engine and run; later calls get the same promise. */
  info(): Promise<EngineInfo>;

  listContainers(filters?: Filters): Promise<ContainerSummary[]>;
  inspectContainer(idOrName: string): Promise<ContainerInspect | undefined>;
  createContainer(name: string, body: ContainerBody, platform?: string): Promise<string>;
  startContainer(id: string): Promise<void>;
  /** Already stopped is fine. */
  stopContainer(id: string, graceSeconds?: number): Promise<void>;
  killContainer(id: string, signal: string): Promise<void>;
  /** Its processes stand still; already so is fine. */
  pauseContainer(id: string): Promise<void>;
  /** Already running is fine. */
  unpauseContainer(id: string): Promise<void>;
  restartContainer(id: string, graceSeconds?: number): Promise<void>;
  /** Never removes volumes. Already gone is fine. */
  removeContainer(id: string, options?: { force?: boolean }): Promise<void>;
  renameContainer(id: string, name: string): Promise<void>;
  setRestartPolicy(id: string, policy: { Name: string; MaximumRetryCount?: number }): Promise<void>;
  /** Other limits for a container that may run. What is absent stays; there is no way back to "no limit". */
  updateLimits(id: string, limits: { memoryBytes?: number; nanoCpus?: number }): Promise<void>;
  /** Yields the exit code once the container is not running. */
  waitContainer(id: string): Promise<number>;
  /** The last lines, stdout and stderr in order, without Docker's framing. */
  tailLogs(id: string, lines: number): Promise<string>;
  followLogs(
    id: string,
    options: { tail?: number; since?: number; follow: boolean; timestamps?: boolean },
    signal?: AbortSignal,
  ): Promise<{ stdout: Readable; stderr: Readable }>;
  exec(
    id: string,
    command: readonly string[],
    options?: { user?: string; env?: readonly string[]; stdin?: Buffer; timeoutMs?: number },
  ): Promise<Exit>;
  execInteractive(
    id: string,
    command: readonly string[],
    /** Without `apart` (and always with a tty) stderr arrives in `stream` too. */
    options: { tty: boolean; apart?: boolean; user?: string; workingDir?: string; env?: readonly string[] },
  ): Promise<{
    stream: Duplex;
    stderr: Readable;
    resize(size: { h: number; w: number }): Promise<void>;
    exitCode(): Promise<number>;
  }>;
  /** Attaches before start, so that nothing is missed. `tty`: the container has one, everything is stdout. */
  attach(id: string, options?: { stdin?: boolean; tty?: boolean }): Promise<Attached>;
  /** Create, attach, start, feed stdin, wait, remove. */
  runOnce(name: string, body: ContainerBody, stdin?: Buffer | Readable): Promise<Exit>;
  getArchive(id: string, path: string): Promise<Readable | undefined>;
  putArchive(id: string, path: string, tar: Buffer | Readable, options?: { copyUidGid?: boolean }): Promise<void>;

  listVolumes(filters?: Filters): Promise<VolumeInspect[]>;
  inspectVolume(name: string): Promise<VolumeInspect | undefined>;
  createVolume(name: string, labels: Readonly<Record<string, string>>): Promise<VolumeInspect>;
  removeVolume(name: string): Promise<void>;

  listNetworks(filters?: Filters): Promise<NetworkInspect[]>;
  inspectNetwork(idOrName: string): Promise<NetworkInspect | undefined>;
  createNetwork(body: Dockerode.NetworkCreateOptions): Promise<string>;
  removeNetwork(id: string): Promise<void>;
  connectNetwork(network: string, container: string, endpoint?: EndpointSettings): Promise<void>;
  disconnectNetwork(network: string, container: string, options?: { force?: boolean }): Promise<void>;

  inspectImage(ref: string): Promise<ImageInspect | undefined>;
  listImages(filters?: Filters): Promise<Dockerode.ImageInfo[]>;
  pullImage(
    ref: string,
    options?: { platform?: string; credentials?: RegistryCredentials },
    progress?: (p: TransferProgress) => void,
    signal?: AbortSignal,
  ): Promise<void>;
  /** @returns the digest of the manifest that was pushed. */
  pushImage(
    ref: string,
    credentials: RegistryCredentials | undefined,
    progress?: (p: TransferProgress) => void,
    signal?: AbortSignal,
  ): Promise<string | undefined>;
  /** The digest that a reference has in its registry, asked by the engine; undefined: the registry has none of that name. */
  digestInRegistry(ref: string, credentials: RegistryCredentials | undefined): Promise<string | undefined>;
  /** Reads every line of the answer: an error inside HTTP 200 is an error. */
  loadImage(tar: Readable | Buffer, progress?: (p: TransferProgress) => void): Promise<void>;
  saveImage(ref: string): Promise<Readable>;
  tagImage(ref: string, repository: string, tag: string): Promise<void>;
  removeImage(ref: string): Promise<void>;
}

/**
 * What really runs, as plain JSON that can be kept in a file and compared with another: read from the engines, never from the
 * program. Names, ids, addresses and times of a host stand apart from what must be equal wherever the same thing runs.
 */
export interface Receipt {
  readonly schemaVersion: 1;
  readonly kind: "receipt";
  /** ISO time. */
  readonly takenAt: string;
  readonly project: string;
  readonly stack: string;
  /** Name of the key that secrets were hashed with; receipts with different ones cannot compare their secrets. */
  readonly secretsKey: string;
  /** The program's name for a host → what it is. */
  readonly hosts: Readonly<Record<string, HostFacts>>;
  /** By the workload's name. */
  readonly workloads: Readonly<Record<string, WorkloadReceipt>>;
}

export interface HostFacts {
  /** How it was reached; absent for a local engine. */
  readonly address?: string;
  readonly machineId: string;
  readonly engineId: string;
  readonly engine: string;
  readonly api: string;
  readonly os: string;
  /** Docker's words: amd64, arm64. */
  readonly arch: string;
  readonly kernel: string;
  /** "1" or "2". */
  readonly cgroup: string;
  readonly storageDriver: string;
  readonly imageStore: string;
  /** As the engine tells them: seccomp, apparmor, rootless, … Sorted. */
  readonly securityOptions: readonly string[];
  readonly cpus: number;
  readonly memoryBytes: number;
  /** The host's clock minus ours, in milliseconds; absent where it was not asked. */
  readonly clockOffsetMs?: number;
}

export interface WorkloadReceipt {
  readonly identity: string;
  readonly host: string;
  readonly services: Readonly<Record<string, ServiceReceipt>>;
  /** Data volumes that services mount, by the program's name. */
  readonly volumes: Readonly<Record<string, VolumeReceipt>>;
  readonly networks: Readonly<Record<string, { readonly internal: boolean }>>;
}

export interface ServiceReceipt {
  /** Those that serve, by number. A one-shot that has ended is one as well. */
  readonly replicas: readonly ReplicaReceipt[];
  readonly secrets: Readonly<Record<string, SecretReceipt>>;
  /** Path in the container → hash of the file or folder. */
  readonly configs: Readonly<Record<string, string>>;
}

export interface ReplicaReceipt {
  readonly replica: number;
  readonly containerId: string;
  readonly startedAt: string;
  readonly image: ImageReceipt;
  /** In the words of the program where it has one. */
  readonly configuration: Configuration;
  readonly state: "created" | "running" | "restarting" | "paused" | "exited";
  /** Of a container that has ended. */
  readonly exitCode?: number;
  readonly health: "healthy" | "unhealthy" | "starting" | "none";
}

export type Configuration = Readonly<Record<string, unknown>>;

export interface ImageReceipt {
  /** See image-identity.ts; absent when the image is no longer on the host. */
  readonly identity?: string;
  /** Absent where the engine's store does not tell it. */
  readonly configDigest?: string;
  /** Bottom first. */
  readonly layers: readonly string[];
  readonly platform: string;
  /** Of an Image that was built by drayage. */
  readonly contentHash?: string;
  /** What the program called it. */
  readonly reference?: string;
}

/** Keyed hashes: equal values can be told from different ones, the values cannot be tried out without the key. */
export interface SecretReceipt {
  /** Of the file; absent when there is none. */
  readonly hash?: string;
  /** Octal digits. */
  readonly mode?: string;
  /** `uid:gid` */
  readonly owner?: string;
  /** The variable that carries it too, and its keyed hash. */
  readonly env?: string;
  readonly envHash?: string;
}

export interface VolumeReceipt {
  readonly dockerName: string;
  readonly usedBy: readonly string[];
  readonly data: VolumeData;
}

export type VolumeData =
  /** Over names, modes, owners, links, attributes and content; not over times. */
  | {
      readonly kind: "bytes";
      readonly hash: string;
      readonly files: number;
      readonly bytes: number;
      /** Files that changed while they were read: the hash then stands for no moment. Some of them, printable. */
      readonly changing: readonly string[];
    }
  /** What a service's own command printed stands for its data. */
  | { readonly kind: "fingerprint"; readonly hash: string; readonly service: string; readonly bytes: number }
  /** Not asked for, or ephemeral. */
  | { readonly kind: "skipped"; readonly why: string }
  /** Asked for and not to be had. */
  | { readonly kind: "unknown"; readonly why: string };

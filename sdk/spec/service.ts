/** A service: one container definition inside a workload, as a person writes it. Words are Compose's, camelCased. */
import type { ConfigInput } from "./config";
import type { DependsOnInput } from "./dependency";
import type { HealthcheckInput } from "./healthcheck";
import type { BuiltImageInput } from "./image";
import type { LoggingInput } from "./logging";
import type { MountInput, TmpfsInput } from "./mount";
import type { NetworksInput } from "./network";
import type { PortInput } from "./port";
import type { RestartInput } from "./restart";
import type { SecretInput } from "./secret";
import type { UlimitInput } from "./ulimit";

export interface ServiceInput<
  ServiceName extends string = string,
  VolumeName extends string = string,
  NetworkName extends string = string,
> {
  /** A reference (`"postgres:16"`) or an Image. Compose: `image`, `build`. */
  readonly image: string | BuiltImageInput;
  /** When to ask the registry again: `missing` (default) only if the host lacks it, `always` at each up. Compose: `pull_policy`. */
  readonly pull?: "missing" | "always";
  /** Replaces the image's CMD. A string is split as a shell would, without running one. Default: the image's. Compose: `command`. */
  readonly command?: string | readonly string[];
  /** Replaces the image's ENTRYPOINT, and with it its CMD. Default: the image's. Compose: `entrypoint`. */
  readonly entrypoint?: string | readonly string[];
  /** Variables; visible in `docker inspect`, so never secrets. Default none. Compose: `environment`. */
  readonly environment?: Readonly<Record<string, string | number | boolean>>;
  /** Local files with `NAME=value` lines, relative to the program's folder; `environment` wins. Default none. Compose: `env_file`. */
  readonly envFile?: string | readonly string[];
  /** Name → value: a file at /run/secrets/NAME. Default none. Compose: `secrets`. */
  readonly secrets?: Readonly<Record<string, SecretInput>>;
  /** Path in the container → text, local file or local folder. Default none. Compose: `configs`, and relative bind mounts. */
  readonly configs?: Readonly<Record<string, ConfigInput>>;
  /** Published ports. Default none. Compose: `ports`. */
  readonly ports?: readonly PortInput[];
  /** Volume name, or absolute path on the host → path in the container. Default none. Compose: `volumes`. */
  readonly volumes?: { readonly [volume in VolumeName | `/${string}`]?: MountInput };
  /** Paths kept in memory: a list, or path → options. Default none. Compose: `tmpfs`. */
  readonly tmpfs?: string | readonly string[] | Readonly<Record<string, TmpfsInput>>;
  /** Networks of the workload to join. Default: the one named "default". Compose: `networks`. */
  readonly networks?: NetworksInput<NetworkName>;
  /** `host`, `none`, or `service:NAME` to share another service's network. Default: the networks. Compose: `network_mode`. */
  readonly networkMode?: "host" | "none" | `service:${ServiceName}`;
  /** Services that must be started, healthy or completed first. Default none. Compose: `depends_on`. */
  readonly dependsOn?: DependsOnInput<ServiceName>;
  /** Default: the image's HEALTHCHECK, else "still running". Compose: `healthcheck`. */
  readonly healthcheck?: HealthcheckInput;
  /** `once per release`: a one-shot, run again when it or its image changes. Default: runs continuously. Ours. */
  readonly run?: "once per release";
  /** Default `unless-stopped` (Compose: `no`), `no` for one-shots. Compose: `restart`. */
  readonly restart?: RestartInput;
  /** Default: the image's, else SIGTERM. Compose: `stop_signal`. */
  readonly stopSignal?: string;
  /** Time between the stop signal and SIGKILL. Default "10s", as Docker. Compose: `stop_grace_period`. */
  readonly stopGracePeriod?: string;
  /**
   * Command that writes what the service holds in memory to its volumes, as PostgreSQL's CHECKPOINT. Run inside it before the last
   * live round of a move, so that the cut finds little left to copy; its failure is a warning. Default none. Ours.
   */
  readonly flush?: string | readonly string[];
  /**
   * Command whose output stands for the data of the service when it is compared (`dray parity`), as a sorted `pg_dump`: the files of
   * a database that runs differ between two hosts also where all rows are equal. Run inside it, without a shell; must exit with 0 and
   * print something. Default: its volumes are compared byte by byte. Ours.
   */
  readonly fingerprint?: string | readonly string[];
  /** Containers of this service. Default 1. Compose: `deploy.replicas`. */
  readonly replicas?: number;
  /** `user`, `uid`, `user:group`. Default: the image's. Compose: `user`. */
  readonly user?: string;
  /** Default: the image's. Compose: `working_dir`. */
  readonly workingDir?: string;
  /** Default: the service's name (Compose: the container's id). Not with `networkMode: "service:…"`. Compose: `hostname`. */
  readonly hostname?: string;
  /** More labels of the container. Default none. Compose: `labels`. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Docker's init as PID 1, to reap zombies and pass signals. Default false. Compose: `init`. */
  readonly init?: boolean;
  /** Read-only root file system. Default false. Compose: `read_only`. */
  readonly readOnly?: boolean;
  /** Let setuid programs gain privileges, as Docker does. Default false. Compose: `security_opt: no-new-privileges:false`. */
  readonly allowNewPrivileges?: boolean;
  /** Capabilities to add, `"NET_ADMIN"`. Default none. Compose: `cap_add`. */
  readonly capAdd?: readonly string[];
  /** Capabilities to drop, `"ALL"`. Default none. Compose: `cap_drop`. */
  readonly capDrop?: readonly string[];
  /** Name → limit for soft and hard, or both. Default: the daemon's. Compose: `ulimits`. */
  readonly ulimits?: Readonly<Record<string, number | UlimitInput>>;
  /** Kernel parameters of the container's namespaces. Default none. Compose: `sysctls`. */
  readonly sysctls?: Readonly<Record<string, string | number>>;
  /** `"/dev/ttyUSB0"`, `"/dev/a:/dev/b:rw"`. Default none. Compose: `devices`. */
  readonly devices?: readonly string[];
  /** `"all"` or how many. Default none. Compose: `gpus`. */
  readonly gpus?: "all" | number;
  /** Size of /dev/shm, `"256m"` or bytes. Default 64 MiB, as Docker. Compose: `shm_size`. */
  readonly shmSize?: string | number;
  /** Limit, `"512m"` or bytes; the container is killed beyond it. Default: none. Compose: `mem_limit`. */
  readonly memory?: string | number;
  /** Limit in CPUs, 0.5 is half of one. Default: none. Compose: `cpus`. */
  readonly cpus?: number;
  /** Limit of processes; -1 = none. Default 4096 (Compose: none). Compose: `pids_limit`. */
  readonly pids?: number;
  /** Default: json-file, 3 files of 10 MB (Compose: without limit). Compose: `logging`. */
  readonly logging?: LoggingInput;
  /** Name → address in /etc/hosts, or a list of `"name:address"`; `host-gateway` is the host. Default none. Compose: `extra_hosts`. */
  readonly extraHosts?: Readonly<Record<string, string>> | readonly string[];
  /** `linux/amd64`. Default: the host's. Compose: `platform`. */
  readonly platform?: string;
}

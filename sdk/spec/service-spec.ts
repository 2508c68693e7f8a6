/** A service with every default filled: what the engine compares and runs. JSON, no secret, no sugar. Absent = the image's or the daemon's. */
import type { DependencySpec } from "./dependency";
import type { DeviceSpec } from "./device";
import type { HealthcheckSpec } from "./healthcheck";
import type { ServiceImageSpec } from "./image";
import type { LoggingSpec } from "./logging";
import type { MountSpec } from "./mount";
import type { NetworkJoinSpec } from "./network";
import type { NetworkModeSpec } from "./network-mode";
import type { PortSpec } from "./port";
import type { RestartSpec } from "./restart";
import type { SecretSpec } from "./secret";
import type { UlimitSpec } from "./ulimit";

export interface ServiceSpec {
  readonly image: ServiceImageSpec;
  readonly run: "continuously" | "once per release";
  readonly replicas: number;
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  /** Env files already merged in. Sorted by name. */
  readonly environment: Readonly<Record<string, string>>;
  /** Sorted by name. */
  readonly secrets: readonly SecretSpec[];
  /** As written, ranges expanded. */
  readonly ports: readonly PortSpec[];
  /** Volumes, binds, tmpfs and configs; sorted by path. */
  readonly mounts: readonly MountSpec[];
  /** Empty when `networkMode` is set. */
  readonly networks: readonly NetworkJoinSpec[];
  readonly networkMode?: NetworkModeSpec;
  /** Sorted by service. */
  readonly dependsOn: readonly DependencySpec[];
  /** Absent: the image's HEALTHCHECK, else "still running". */
  readonly healthcheck?: HealthcheckSpec;
  readonly restart: RestartSpec;
  readonly stopSignal?: string;
  readonly stopGracePeriodMs: number;
  /** Run before the last live round of a move. */
  readonly flush?: readonly string[];
  /** Its output stands for the data of the service in a receipt. */
  readonly fingerprint?: readonly string[];
  readonly user?: string;
  readonly workingDir?: string;
  /** Absent only with `networkMode: "service:…"`: Docker refuses it there. */
  readonly hostname?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly init: boolean;
  readonly readOnly: boolean;
  readonly allowNewPrivileges: boolean;
  readonly capAdd: readonly string[];
  readonly capDrop: readonly string[];
  readonly ulimits: Readonly<Record<string, UlimitSpec>>;
  readonly sysctls: Readonly<Record<string, string>>;
  readonly devices: readonly DeviceSpec[];
  readonly gpus?: "all" | number;
  readonly shmSizeBytes: number;
  readonly memoryBytes?: number;
  readonly cpus?: number;
  /** -1 = no limit. */
  readonly pids: number;
  readonly logging: LoggingSpec;
  /** Sorted by name. */
  readonly extraHosts: Readonly<Record<string, string>>;
  readonly platform?: string;
}

/** A service with every default filled: what the engine compares and runs. JSON, no secret, no sugar. Absent = the image's or the daemon's. */
import type { DependencySpec } from "./dependency";
import type { HealthcheckSpec } from "./healthcheck";
import type { ServiceImageSpec } from "./image";
import type { MountSpec } from "./mount";
import type { NetworkJoinSpec } from "./network";
import type { PortSpec } from "./port";
import type { RestartSpec } from "./restart";
import type { SecretSpec } from "./secret";

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
  /** Ranges are expanded; sorted by published port. */
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
  readonly user?: string;
  readonly workingDir?: string;
  readonly hostname: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly init: boolean;
  readonly readOnly: boolean;
  readonly allowNewPrivileges: boolean;
  readonly capAdd: readonly string[];
  readonly capDrop: readonly string[];
  readonly ulimits: Readonly<Record<string, { readonly soft: number; readonly hard: number }>>;
  readonly sysctls: Readonly<Record<string, string>>;
  readonly devices: readonly DeviceSpec[];
  readonly gpus?: "all" | number;
  readonly shmSizeBytes: number;
  readonly memoryBytes?: number;
  readonly cpus?: number;
  /** -1 = no limit. */
  readonly pids: number;
  readonly logging: { readonly driver: string; readonly options: Readonly<Record<string, string>> };
  /** Sorted by name. */
  readonly extraHosts: Readonly<Record<string, string>>;
  readonly platform?: string;
}

export type NetworkModeSpec =
  | { readonly kind: "host" }
  | { readonly kind: "none" }
  | { readonly kind: "service"; readonly service: string };

export interface DeviceSpec {
  readonly host: string;
  readonly container: string;
  readonly permissions: string;
}

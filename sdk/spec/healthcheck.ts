/**
 * When a service counts as healthy. `command` runs inside the container, at the gate and later as Docker's health check.
 * `http` and `tcp` are asked by a helper in the workload's network at the gate only: they are not liveness.
 */
export interface HealthcheckInput {
  /** A list runs as it is; a string runs in the container's shell. Exit code 0 = healthy. Compose: `test`. */
  readonly command?: string | readonly string[];
  readonly http?: HttpProbeInput;
  readonly tcp?: TcpProbeInput;
  /** Switches the image's own HEALTHCHECK off. Default false. Compose: `disable`. */
  readonly disable?: boolean;
  /** Time between two probes. Default "30s", as Docker; at the gate probes come much faster. Compose: `interval`. */
  readonly interval?: string | number;
  /** Time one probe may take. Default "30s", as Docker. Compose: `timeout`. */
  readonly timeout?: string | number;
  /** Failures in a row that make it unhealthy. Default 3, as Docker. Compose: `retries`. */
  readonly retries?: number;
  /** Time after the start in which failures do not count. Default 0, as Docker. Compose: `start_period`. */
  readonly startPeriod?: string | number;
}

export interface HttpProbeInput {
  /** Port inside the container. */
  readonly port: number;
  /** Default "/". */
  readonly path?: string;
  /** One status, or a range such as "200-299". Default "200-399". */
  readonly status?: number | string;
}

export interface TcpProbeInput {
  /** Port inside the container. */
  readonly port: number;
}

export type ProbeSpec =
  /** `shell`: one string for the container's shell (Docker's CMD-SHELL); `command`: arguments as they are (CMD). */
  | { readonly kind: "shell"; readonly script: string }
  | { readonly kind: "command"; readonly command: readonly string[] }
  | {
      readonly kind: "http";
      readonly port: number;
      readonly path: string;
      readonly statusFrom: number;
      readonly statusTo: number;
    }
  | { readonly kind: "tcp"; readonly port: number }
  /** The image's health check is switched off. */
  | { readonly kind: "none" };

export interface HealthcheckSpec {
  readonly probe: ProbeSpec;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly startPeriodMs: number;
}

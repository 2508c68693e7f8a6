/** The operations a workload's plan is made of, and what each carries for its executor. */
import type { Forecast, Operation } from "../plan/plan";
import type { Repair } from "./compare-container";

/** A container to be: found or made under this generation. */
export interface NewContainerDetail {
  readonly service: string;
  readonly replica: number;
  readonly generation: number;
  /** Nothing else serves under the service's name, so it may have it before its gate. */
  readonly named: boolean;
}

/** A container that is there. */
export interface OldContainerDetail {
  readonly service: string;
  readonly replica: number;
  readonly container: string;
}

export interface StopDetail extends OldContainerDetail {
  /** Services that must pass before this stop is final: until then it can be taken back. Absent: it is final at once. */
  readonly heldFor?: readonly string[];
}

export interface RepairDetail extends OldContainerDetail {
  readonly repairs: readonly Repair[];
}

export interface ObjectDetail {
  /** Name in the program: of a network, volume or service. */
  readonly name: string;
  readonly dockerName?: string;
}

export type WorkloadOperationKind =
  | "ship image"
  | "pull image"
  | "create network"
  | "create volume"
  | "write secrets"
  | "write configs"
  | "create container"
  | "start container"
  | "gate container"
  | "promote container"
  | "run container"
  | "update container"
  | "stop container"
  | "remove container"
  | "remove network"
  | "remove secrets"
  | "remove configs"
  | "remove volume"
  | "keep volume"
  | "remove forwarder";

export interface OperationWish {
  readonly kind: WorkloadOperationKind;
  readonly subject: string;
  readonly cause: string;
  readonly detail: NewContainerDetail | OldContainerDetail | StopDetail | RepairDetail | ObjectDetail;
  readonly dependsOn?: readonly string[];
  readonly destructive?: boolean;
  readonly touchesData?: boolean;
  readonly forecast?: Forecast;
  /** Default: verb and subject. */
  readonly id?: string;
}

export function operation(host: string, wish: OperationWish): Operation {
  return {
    id: wish.id ?? operationId(wish.kind, wish.subject),
    kind: wish.kind,
    subject: wish.subject,
    host,
    cause: wish.cause,
    destructive: wish.destructive ?? false,
    touchesData: wish.touchesData ?? false,
    dependsOn: [...new Set(wish.dependsOn ?? [])],
    ...(wish.forecast && { forecast: wish.forecast }),
    detail: { ...wish.detail },
  };
}

/** `start api.1`, `create volume data`. */
export function operationId(kind: WorkloadOperationKind, subject: string): string {
  return `${kind.replace(" container", "")} ${subject}`;
}

/** A workload: services, their networks and volumes, that live and move together. As a person writes it, and with every default filled. */
import type { NeedsInput, NeedsSpec } from "./needs";
import type { NetworkInput, NetworkSpec } from "./network";
import type { ServiceInput } from "./service";
import type { ServiceSpec } from "./service-spec";
import type { VolumeInput, VolumeSpec } from "./volume";

export interface WorkloadInput {
  /** The resource's name in the program. */
  readonly name: string;
  /** Name → service; services reach each other by these names. At least one. */
  readonly services: Readonly<Record<string, ServiceInput>>;
  /** Every named volume that services use. Default none. */
  readonly volumes?: Readonly<Record<string, VolumeInput>>;
  /** Every network that services name. Default: one, "default", when a service names none. */
  readonly networks?: Readonly<Record<string, NetworkInput>>;
  /** Range the networks' subnets are cut from, in /24s. Default "10.213.0.0/16". */
  readonly subnets?: string;
  /** What the host must have beyond what the services imply. Default nothing. */
  readonly needs?: NeedsInput;
  /**
   * After a move the host it left carries connections to its published TCP ports to where it lives. Default true; false: clients of
   * the old address are refused there.
   */
  readonly forward?: boolean;
}

export interface WorkloadSpec {
  readonly name: string;
  readonly services: Readonly<Record<string, ServiceSpec>>;
  readonly volumes: Readonly<Record<string, VolumeSpec>>;
  readonly networks: Readonly<Record<string, NetworkSpec>>;
  /** Range the networks' subnets are cut from; each network gets one of SUBNET_PREFIX. */
  readonly subnets: string;
  readonly needs?: NeedsSpec;
  /** Only where the program switches it off. */
  readonly forward?: false;
}

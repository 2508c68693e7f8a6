import type { Input, Output } from "@pulumi/pulumi";
import type { HostTraitsInput } from "../spec/host-traits";
import type { InputLeaves } from "./input-leaves";

/** Something a workload can live on. */
export interface Placeable {
  readonly ref: HostRef;
  /** The full public key that was verified, `ssh-ed25519 AAAA…`. Absent: reached without ssh, or `ref` has it already. */
  readonly hostKey?: Output<string>;
}

/**
 * What a workload needs to know of a host. A plain record of Outputs: one unknown leaf (a machine that does not exist yet) must
 * not make the whole unknown.
 */
export interface HostRef {
  /** The program's name for the host. */
  readonly name: Input<string>;
  readonly connection: ConnectionRef;
  readonly engineId: Output<string>;
  readonly machineId: Output<string>;
  /** Docker's words: amd64, arm64. */
  readonly arch: Output<string>;
  /** What its arguments say of it that cannot be measured. Absent: every default. */
  readonly traits?: InputLeaves<HostTraitsInput>;
}

export interface ConnectionRef {
  readonly kind: "ssh" | "local";
  readonly address?: Input<string>;
  readonly user?: Input<string>;
  readonly port?: Input<number>;
  readonly identityFile?: Input<string> | readonly Input<string>[];
  readonly hostKey?: Input<string>;
  readonly proxyJump?: Input<string>;
  readonly proxyCommand?: Input<string>;
  readonly socket?: Input<string>;
}

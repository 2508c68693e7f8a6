import { CustomResource, type CustomResourceOptions, type Output } from "@pulumi/pulumi";
import { type HostInput, normaliseHost, type VouchedKey } from "../spec/host";
import { splitTraits } from "../spec/host-traits";
import { declareHost } from "./declared-hosts";
import type { InputLeaves } from "./input-leaves";
import { knownPart } from "./known-part";
import type { ConnectionRef, HostRef, Placeable } from "./placeable";
import { programFacts } from "./program-facts";
import { reportProblems } from "./program-problems";

export type HostArgs = InputLeaves<HostInput>;

/**
 * One Docker engine, reached over SSH. Its key is verified, never accepted blindly; the machine is measured and remembered, so
 * that another machine under the same address is noticed.
 *
 * @example
 * const rack = new Host("rack", { address: "10.0.0.11", user: "deploy", hostKey: "SHA256:…" });
 */
export class Host extends CustomResource implements Placeable {
  /** What a workload's `host` takes. */
  readonly ref: HostRef;
  /** Id of the Docker engine. */
  declare readonly engineId: Output<string>;
  /** /etc/machine-id; unknown in the preview of a host that was never prepared. */
  declare readonly machineId: Output<string>;
  /** Docker's words: amd64, arm64. */
  declare readonly arch: Output<string>;
  /** The full public key that was verified, `ssh-ed25519 AAAA…`. */
  declare readonly hostKey: Output<string>;
  /** Every key that is known to be the host's, and who vouches for it. */
  declare readonly hostKeys: Output<readonly VouchedKey[]>;

  constructor(name: string, args: HostArgs, options?: CustomResourceOptions) {
    const normalised = normaliseHost(knownPart(args), { allowUnknown: true });
    const problems = reportProblems(name, "problems" in normalised ? normalised.problems : []);
    const measured = { engineId: undefined, machineId: undefined, arch: undefined, connection: undefined };
    const outputs = { ...measured, hostKey: args.hostKey, hostKeys: undefined };
    super("drayage:index:Host", name, { ...args, name, ...programFacts(), problems, ...outputs }, options);
    const { rebuilt: _r, hostKeySource: _s, ...written } = args;
    const { reached, traits } = splitTraits(written);
    const connection: ConnectionRef = { kind: "ssh", ...(reached as Omit<ConnectionRef, "kind">) };
    const { engineId, machineId, arch } = this;
    this.ref = declareHost(name, { name, connection, engineId, machineId, arch, ...(traits && { traits }) });
  }
}

import { CustomResource, type CustomResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import { type HostInput, normaliseHost, type VouchedKey } from "../spec/host";
import { splitTraits } from "../spec/host-traits";
import { declareHost } from "./declared-hosts";
import { Enrolment } from "./enrolment";
import { type HostKey, isHostKey } from "./host-key";
import type { InputLeaves } from "./input-leaves";
import { knownPart } from "./known-part";
import type { ConnectionRef, HostRef, Placeable } from "./placeable";
import { programFacts } from "./program-facts";
import { reportProblems } from "./program-problems";

export interface HostArgs extends InputLeaves<Omit<HostInput, "hostKey">> {
  /**
   * `SHA256:…` or a full public key `ssh-ed25519 AAAA…`; or the HostKey that a machine of this program was given, in whose place it makes
   * one of its own at the first contact. Default: your known_hosts decides; never accepted blindly.
   */
  readonly hostKey?: Input<string> | HostKey;
}

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
    const given = isHostKey(args.hostKey) ? args.hostKey : undefined;
    // Named in any case, or the property would not be an output.
    const written = { ...args, hostKey: given === undefined ? args.hostKey : undefined };
    const normalised = normaliseHost(knownPart(written), { allowUnknown: true });
    const found = [...("problems" in normalised ? normalised.problems : []), ...(given?.takenBy(name) ?? [])];
    const outputs = { engineId: undefined, machineId: undefined, arch: undefined, connection: undefined, hostKeys: undefined };
    const inputs = { ...written, injected: given?.publicKey, name, ...programFacts(), problems: reportProblems(name, found) };
    super("drayage:index:Host", name, { ...outputs, ...inputs }, options);
    const { rebuilt: _r, hostKeySource: _s, prepare: _p, ...way } = written;
    const { reached, traits } = splitTraits(way);
    const pinned = given && new Enrolment(name, { ...reached, hostKey: this.hostKey, injected: given.publicKey }, this).hostKey;
    const own = pinned && { hostKey: pinned };
    const connection: ConnectionRef = { kind: "ssh", ...(reached as Omit<ConnectionRef, "kind">), ...own };
    const { engineId, machineId, arch } = this;
    this.ref = declareHost(name, { name, connection, engineId, machineId, arch, ...(traits && { traits }) });
  }
}

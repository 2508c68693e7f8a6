import { CustomResource, type CustomResourceOptions, type Output } from "@pulumi/pulumi";
import { type LocalHostInput, normaliseLocalHost } from "../spec/host";
import { splitTraits } from "../spec/host-traits";
import { declareHost } from "./declared-hosts";
import type { InputLeaves } from "./input-leaves";
import { knownPart } from "./known-part";
import type { HostRef, Placeable } from "./placeable";
import { programFacts } from "./program-facts";
import { reportProblems } from "./program-problems";

export type LocalHostArgs = InputLeaves<LocalHostInput>;

/**
 * The Docker engine of the machine that runs the program.
 *
 * @example
 * const here = new LocalHost("here");
 */
export class LocalHost extends CustomResource implements Placeable {
  /** What a workload's `host` takes. */
  readonly ref: HostRef;
  /** Id of the Docker engine. */
  declare readonly engineId: Output<string>;
  /** /etc/machine-id; unknown in the preview of a host that was never prepared. */
  declare readonly machineId: Output<string>;
  /** Docker's words: amd64, arm64. */
  declare readonly arch: Output<string>;

  constructor(name: string, args: LocalHostArgs = {}, options?: CustomResourceOptions) {
    const normalised = normaliseLocalHost(knownPart(args), { allowUnknown: true });
    const problems = reportProblems(name, "problems" in normalised ? normalised.problems : []);
    const outputs = { engineId: undefined, machineId: undefined, arch: undefined, connection: undefined };
    super("drayage:index:LocalHost", name, { ...outputs, ...args, name, ...programFacts(), problems }, options);
    const { reached, traits } = splitTraits(args);
    const { engineId, machineId, arch } = this;
    this.ref = declareHost(name, {
      name,
      connection: { kind: "local", ...reached },
      engineId,
      machineId,
      arch,
      ...(traits && { traits }),
    });
  }
}

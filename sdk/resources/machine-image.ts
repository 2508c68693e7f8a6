import { CustomResource, type CustomResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import type { Problem } from "../spec/drayage-error";
import { programFacts } from "./program-facts";
import { reportProblems } from "./program-problems";

/** What was found of an image, or why it cannot be booted. */
export type FoundMachineImage = { readonly imageId: string } | { readonly problem: Problem };

/**
 * The image that a machine was made from: what its lookup found the first time, kept from then on. A newer one, or a lookup that fails
 * because the image was withdrawn, changes nothing of a machine that exists. Made by components, never by a program.
 */
export class MachineImage extends CustomResource {
  declare readonly imageId: Output<string>;

  /** @param bornWith what else it reads at its first boot only, to say that a change of it changes nothing; no secrets. */
  constructor(
    name: string,
    found: Input<FoundMachineImage>,
    bornWith: Readonly<Record<string, Input<string | readonly string[]>>>,
    options?: CustomResourceOptions,
  ) {
    const { stackUid } = programFacts();
    const inputs = { name, stackUid, found, bornWith, problems: reportProblems(name, []), imageId: undefined };
    super("drayage:index:MachineImage", name, inputs, options);
  }
}

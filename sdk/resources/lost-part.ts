import { CustomResource, type CustomResourceOptions } from "@pulumi/pulumi";
import { programFacts } from "./program-facts";
import { reportProblems } from "./program-problems";

/**
 * Takes the place in the state of a part that its provider has no more, or that is not the host's any more: nobody asks for it, changes,
 * deletes or makes it anew, whether the state still had it or a refresh has dropped it. Made by components, never by a program.
 */
export class LostPart extends CustomResource {
  /**
   * @param type of the resource that it was, under the same name
   * @param says what a person should know of it in every run
   */
  constructor(
    name: string,
    { type, machine, says }: { type: string; machine: string; says?: string },
    options: CustomResourceOptions,
  ) {
    const inputs = { machine, says, ...programFacts(), problems: reportProblems(machine, []) };
    super(lostPartType, name, inputs, { ...options, aliases: [{ type }] });
  }
}

/** Of what is found again after all: an alias keeps it from being made a second time. */
export const lostPartType = "drayage:index:LostPart";

import { CustomResource, type Output, type Resource } from "@pulumi/pulumi";
import type { ConnectionRef } from "./placeable";
import { programFacts } from "./program-facts";
import { reportProblems } from "./program-problems";

export interface EnrolmentArgs extends Omit<ConnectionRef, "kind"> {
  /** The machine's own key, out of the Host: so this waits until it is in the state. */
  readonly hostKey: Output<string>;
  /** The key that the machine was given. */
  readonly injected: Output<string>;
}

/** Takes the given key away from a machine whose own is recorded. Made by Host, never by a program. */
export class Enrolment extends CustomResource {
  /** The machine's own key, when nothing else is trusted for it. */
  declare readonly hostKey: Output<string>;

  constructor(name: string, args: EnrolmentArgs, parent: Resource) {
    const inputs = { ...args, name, ...programFacts(), problems: reportProblems(name, []) };
    super("drayage:index:Enrolment", name, inputs, { parent });
  }
}

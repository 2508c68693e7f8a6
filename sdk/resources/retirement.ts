/** The way out of a machine that the program makes. Made by components, never by a program. */
import { CustomResource, type CustomResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import type { HostRef } from "./placeable";
import { programFacts } from "./program-facts";
import { reportProblems } from "./program-problems";

/**
 * Where it stands. serving: nobody wants it away. begun: this run takes its protection off. again: an earlier run has begun with that,
 * so look at the next mark. done: protection was off at the end of a run, or the machine was never made.
 */
export type RetirementStage = "serving" | "begun" | "again" | "done";

export type RetirementStep =
  /** While it serves: keeps the way to the machine, so that what is on it can be asked for before anything is taken from it. */
  | { readonly step: "serve"; readonly host: HostRef }
  /** Registered before the machine's parts. Refused while workloads or data are there; `unseen`: nobody looks. */
  | { readonly step: "leave"; readonly unseen: boolean }
  /** A mark that an earlier run may have set; registered before the parts. */
  | { readonly step: "look" }
  /** Registered after all parts. `diskStays`: the data volume is not destroyed with the rest. */
  | { readonly step: "mark"; readonly diskStays: Input<boolean> };

export class Retirement extends CustomResource {
  declare readonly stage: Output<RetirementStage>;

  constructor(name: string, machine: string, step: RetirementStep, options?: CustomResourceOptions) {
    const inputs = { machine, ...step, ...programFacts(), problems: reportProblems(machine, []), stage: undefined };
    super("drayage:index:Retirement", name, inputs, options);
  }
}

/**
 * Whether the machine's parts are to be made without protection (`unlock`) or not at all (`leave`). A program cannot read its state
 * but by registering a resource, and what is registered before the parts cannot know whether they came through. So each attempt ends
 * with a mark, registered after them, for which the next run looks first: killed anywhere, nothing is destroyed before a run has taken
 * all protection off.
 */
export function retire<T>(
  machine: string,
  {
    unseen,
    options,
    unlock,
    leave,
  }: {
    readonly unseen: boolean;
    readonly options: CustomResourceOptions;
    /** Registers the parts, then the mark that it is given the name of. */
    readonly unlock: (mark: string) => Input<T>;
    readonly leave: () => Input<T>;
  },
): Output<T> {
  const look = (attempt: number): Output<T> =>
    follow(new Retirement(`${machine}-retired-${attempt}`, machine, { step: "look" }, options), attempt + 1);
  const follow = (seen: Retirement, attempt: number): Output<T> =>
    seen.stage.apply((stage) => {
      if (stage === "done") return leave();
      return stage === "again" ? look(attempt) : unlock(`${machine}-retired-${attempt}`);
    }) as Output<T>;
  return follow(new Retirement(machine, machine, { step: "leave", unseen }, options), 1);
}

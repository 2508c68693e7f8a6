/** What the state knows of a machine that an earlier run has made. Made by components, never by a program. */
import { all, CustomResource, type CustomResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import { newRun, programFacts } from "./program-facts";
import { reportProblems } from "./program-problems";

export interface MadeMachine {
  /** The provider's ids of the machine and of its data volume. `""`: none was made yet. */
  readonly instance: string;
  readonly volume: string;
}

export interface RecalledMachine extends MadeMachine {
  /** Number of the mark that `remember` sets; 0: it is set. */
  readonly next: number;
}

type MarkStep = { readonly run: string } | MadeMachine;

/** Keeps what it was given first. */
class MachineMark extends CustomResource {
  /** The run that made the mark, where it was looked for before there was any. */
  declare readonly run: Output<string>;
  declare readonly instance: Output<string>;
  declare readonly volume: Output<string>;

  constructor(machine: string, number: number, step: MarkStep, options: CustomResourceOptions) {
    const outputs = { run: undefined, instance: undefined, volume: undefined };
    const inputs = { ...outputs, ...step, machine, ...programFacts(), problems: reportProblems(machine, []) };
    super("drayage:index:MachineMark", `${machine}-made-${number}`, inputs, options);
  }
}

/**
 * Known also in a preview, and before anything of the machine is registered. A program cannot read its state but by registering a
 * resource, and one that is registered before a machine cannot know what becomes of it in the same run. So a run looks for the first
 * mark: what it finds is of an earlier run, unless it bears this run's name; then the next one is set when the machine is there.
 */
export function recall(machine: string, options: CustomResourceOptions): Output<RecalledMachine> {
  const run = newRun();
  const look = (number: number): Output<RecalledMachine> => {
    const mark = new MachineMark(machine, number, { run }, options);
    return all([mark.run, mark.instance, mark.volume]).apply(([by, instance, volume]): Input<RecalledMachine> => {
      if (instance !== "") return { instance, volume, next: 0 };
      return by === run ? { instance, volume, next: number + 1 } : look(number + 1);
    }) as Output<RecalledMachine>;
  };
  return look(1);
}

/**
 * `made`: known as soon as the machine exists, whether anybody has met it or not. The mark hangs on nothing in the state: later runs register
 * it before the machine, and a targeted one would take what it hangs on for registered.
 */
export function remember(
  machine: string,
  recalled: Output<RecalledMachine>,
  made: { readonly [K in keyof MadeMachine]: Input<string> },
  options: CustomResourceOptions,
): void {
  all([recalled, made.instance, made.volume]).apply(([{ next }, instance, volume]) => {
    if (next > 0) new MachineMark(machine, next, { instance, volume }, options);
  });
}

import type { Pins } from "../../context/pins-file";
import { Failures } from "../failures";
import type { Preview } from "../render/preview";
import { systemClock } from "../system-clock";
import type { Terminal } from "../terminal/terminal";
import { watchInterrupts } from "./interrupts";
import { planRemovals } from "./removals";
import type { WantedResource } from "./resource-changes";
import { openRunView } from "./run-view";
import type { Session } from "./session";

export interface LookOptions {
  readonly command: string;
  readonly json: boolean;
  readonly flags: readonly string[];
  /** Taken for the pins of the stack's file. */
  readonly proposedPins?: Pins;
}

export interface Looked {
  readonly preview: Preview;
  /** What the program wants of each resource. */
  readonly wanted: readonly WantedResource[];
}

/** Runs the program without changing anything. @throws Failures with all that is wrong. */
export async function lookAtStack(session: Session, terminal: Terminal, options: LookOptions): Promise<Looked> {
  const view = openRunView(terminal, systemClock, { ...options, quiet: true });
  const interrupts = watchInterrupts(terminal, view.say);
  const { flags, proposedPins } = options;
  try {
    const outcome = await session.run("preview", { view, interrupts, flags, proposedPins });
    if (outcome.failures.length > 0) throw new Failures(outcome.failures);
    const { project, stack } = session.chosen;
    const removals = await planRemovals(session, outcome, flags.includes("--target"));
    const { changes: resources, seconds, wanted } = outcome;
    const [plans, notes] = [
      [...outcome.plans, ...removals.plans],
      [...outcome.notes, ...removals.notes],
    ];
    return { preview: { project: project.name, stack, plans, resources, notes, seconds }, wanted };
  } finally {
    interrupts.close();
  }
}

export async function previewStack(session: Session, terminal: Terminal, options: LookOptions): Promise<Preview> {
  return (await lookAtStack(session, terminal, options)).preview;
}

import { Failures } from "../failures";
import type { Preview } from "../render/preview";
import { systemClock } from "../system-clock";
import type { Terminal } from "../terminal/terminal";
import { watchInterrupts } from "./interrupts";
import { planRemovals } from "./removals";
import { openRunView } from "./run-view";
import type { Session } from "./session";

/** Runs the program without changing anything. @throws Failures with all that is wrong. */
export async function previewStack(
  session: Session,
  terminal: Terminal,
  options: { command: string; json: boolean; flags: readonly string[] },
): Promise<Preview> {
  const view = openRunView(terminal, systemClock, { ...options, quiet: true });
  const interrupts = watchInterrupts(terminal, view.say);
  try {
    const outcome = await session.run("preview", { view, interrupts, flags: options.flags });
    if (outcome.failures.length > 0) throw new Failures(outcome.failures);
    const { project, stack } = session.chosen;
    const removals = await planRemovals(session, outcome, options.flags.includes("--target"));
    const { changes: resources, seconds } = outcome;
    const [plans, notes] = [
      [...outcome.plans, ...removals.plans],
      [...outcome.notes, ...removals.notes],
    ];
    return { project: project.name, stack, plans, resources, notes, seconds };
  } finally {
    interrupts.close();
  }
}

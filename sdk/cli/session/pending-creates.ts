import { readPendingOperations } from "../pulumi/pending-operations";
import { systemClock } from "../system-clock";
import type { Terminal } from "../terminal/terminal";
import { watchInterrupts } from "./interrupts";
import { openRunView } from "./run-view";
import type { Session } from "./session";

/**
 * A create that was killed stays "pending" in the state, for ever and with a warning at each run, although the next up has
 * adopted what it made. Only a refresh can clear it.
 */
export async function finishPendingCreates(session: Session, terminal: Terminal): Promise<void> {
  const { backend, chosen } = session;
  if (backend.stateDir === undefined) return;
  const place = { stateDir: backend.stateDir, project: chosen.project.name, stack: chosen.stack };
  if (!readPendingOperations(place).some((it) => it.type === "creating")) return;
  const view = openRunView(terminal, systemClock, { command: "up", json: false, quiet: true });
  const interrupts = watchInterrupts(terminal, view.say);
  try {
    const { failures } = await session.run("refresh", { view, interrupts, flags: ["--clear-pending-creates"] });
    if (failures.length > 0) view.say("The state still has a pending create of a killed run: dray refresh");
  } finally {
    interrupts.close();
  }
}

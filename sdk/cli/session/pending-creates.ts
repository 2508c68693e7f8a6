import { usesOtherProviders } from "../pulumi/other-providers";
import { pendingNotes } from "../render/pending-notes";
import type { Note } from "../render/preview";
import { loadPendingCreates } from "../state/load-state";
import { isElsewhere, type PendingCreate, readPendingCreates } from "../state/pending-creates";
import { systemClock } from "../system-clock";
import type { Terminal } from "../terminal/terminal";
import { watchInterrupts } from "./interrupts";
import { openRunView } from "./run-view";
import type { Session } from "./session";

type Place = Pick<Session, "backend" | "chosen">;

/**
 * A create that was killed stays "pending" in the state, for ever and with a warning at each run, although the next up has
 * adopted what it made. Only a refresh can clear it, and it clears them all: with one of another package among them, a person has to
 * look first.
 */
export async function finishPendingCreates(session: Session, terminal: Terminal): Promise<void> {
  if (session.backend.stateDir === undefined) return;
  const pending = await findPending(session, terminal);
  if (pending.length === 0 || pending.some(isElsewhere)) return;
  const view = openRunView(terminal, systemClock, { command: "up", json: false, quiet: true });
  const interrupts = watchInterrupts(terminal, view.say);
  try {
    const { failures } = await session.run("refresh", { view, interrupts, flags: ["--clear-pending-creates"] });
    if (failures.length > 0) view.say("The state still has a pending create of a killed run: dray refresh");
  } finally {
    interrupts.close();
  }
}

/** True where all that a refresh would clear is drayage's own. */
export async function onlyOursPending(place: Place, terminal: Terminal): Promise<boolean> {
  return !(await findPending(place, terminal)).some(isElsewhere);
}

export interface PendingWarnings {
  /** Tells what is pending and was not told before. */
  tell(): Promise<void>;
}

/** What other packages may have made in runs that were killed. */
export function pendingWarnings(place: Place, terminal: Terminal, show: (note: Note) => void): PendingWarnings {
  const told = new Set<string>();
  return {
    async tell() {
      const found = (await findPending(place, terminal)).filter(({ urn }) => !told.has(urn));
      for (const note of pendingNotes(found, place.chosen.stack)) show(note);
      for (const { urn } of found) told.add(urn);
    },
  };
}

/**
 * A file is read as it lies there; another backend is asked beside the run, and only where the program uses other packages at all.
 * What cannot be read is no reason to stop: the run itself will say so.
 */
async function findPending({ backend, chosen }: Place, terminal: Terminal): Promise<PendingCreate[]> {
  const { project, stack } = chosen;
  try {
    if (backend.stateDir !== undefined) return readPendingCreates({ stateDir: backend.stateDir, project: project.name, stack });
    return usesOtherProviders(project.dir) ? await loadPendingCreates(chosen, terminal) : [];
  } catch {
    return [];
  }
}

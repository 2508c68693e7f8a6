/**
 * What a run takes away besides what its plans show: resources that left the program, of which Pulumi previews nothing but the name,
 * and what killed creates left of workloads that are gone from it. The provider is asked once the engine has seen the program.
 */
import type { Plan } from "../../engine/plan/plan";
import { silentReport } from "../../engine/report";
import type { Leftover } from "../../provider/leftovers";
import { DrayageError, exitCodes } from "../../spec/drayage-error";
import { findStackUid } from "../fleet/stack-owner";
import type { Note } from "../render/preview";
import { nothingPlanned } from "../render/preview";
import type { RunEvent } from "../render/run-progress";
import { systemClock } from "../system-clock";
import type { ProgressView } from "../terminal/progress-view";
import type { DeletedResource } from "./resource-changes";
import { createRunObserver, reviewedRemoval } from "./run-observer";
import type { RunOutcome, Session } from "./session";

export interface Removals {
  readonly plans: readonly Plan[];
  /** Where a host does not say what would go. */
  readonly notes: readonly Note[];
}

/** After a preview. @throws DATA_PROTECTED when one of them cannot be. `partial`: the run has not seen the whole program. */
export async function planRemovals(session: Session, { deleted }: RunOutcome, partial: boolean): Promise<Removals> {
  const leftovers = partial ? [] : await session.leftovers.find(stackOf(session));
  const planned = await Promise.all([
    ...deleted.map((resource) => orNote(resource.name, () => planDeletion(session, resource))),
    ...leftovers.map((leftover) => orNote(leftover.name, () => session.leftovers.plan(leftover, { context: silent() }))),
  ]);
  return { plans: planned.flatMap(({ plans }) => plans), notes: planned.flatMap(({ notes }) => notes) };
}

export interface SweepOptions {
  readonly view: ProgressView;
  readonly signal: AbortSignal;
  /** What a person has agreed to; absent: nobody was asked. */
  readonly reviewed?: readonly Plan[] | undefined;
  /** After a destroy: also of workloads that the program still has. */
  readonly all?: boolean;
}

/** Takes away what killed creates left. What does not succeed is told, and tried again by the next run. */
export async function sweepLeftovers(session: Session, options: SweepOptions): Promise<Pick<RunOutcome, "plans" | "events">> {
  const { view, all = false } = options;
  const events: RunEvent[] = [];
  const onEvent = (event: RunEvent) => {
    events.push(event);
    view.show(event);
  };
  const observer = createRunObserver({ onEvent, now: systemClock.monotonic });
  for (const leftover of await session.leftovers.find(stackOf(session), { all })) {
    const note = (severity: Note["severity"], text: string) =>
      onEvent({ kind: "note", note: { severity, text, subject: leftover.name }, at: systemClock.monotonic() });
    try {
      const kept = await remove(session, leftover, observer, options);
      if (kept.length > 0) note("info", `kept with their data: ${kept.join(", ")} (dray volumes ls)`);
    } catch (error) {
      if (!(error instanceof DrayageError)) throw error;
      note("warning", `what a killed run left on ${leftover.host.name} stays for now: ${error.message}`);
    }
  }
  return { plans: observer.plans(), events };
}

function remove(
  session: Session,
  leftover: Leftover,
  observer: ReturnType<typeof createRunObserver>,
  { signal, reviewed }: SweepOptions,
): Promise<readonly string[]> {
  const urn = `urn:pulumi:${session.chosen.stack}::${session.chosen.project.name}::drayage:index:Workload::${leftover.name}`;
  const report = observer.report(urn, false, (text) => text) ?? silentReport;
  return session.leftovers.remove(leftover, {
    context: { report, signal, clock: systemClock },
    reviewed: reviewed && reviewedRemoval(reviewed, leftover.name),
  });
}

async function planDeletion({ handlers }: Session, resource: DeletedResource): Promise<Plan> {
  const { urn, type, name, id, outputs: olds, inputs: oldInputs } = resource;
  const operation = { urn, type, name, signal: silent().signal, timeoutMs: 0, report: silentReport };
  return (await handlers[type]?.planDelete?.({ ...operation, id, olds, oldInputs })) ?? nothingPlanned(name);
}

async function orNote(subject: string, plan: () => Promise<Plan>): Promise<Removals> {
  try {
    const planned = await plan();
    return { plans: planned.operations.length === 0 ? [] : [planned], notes: [] };
  } catch (error) {
    if (!(error instanceof DrayageError) || !unreachable.has(error.exitCode)) throw error;
    return {
      plans: [],
      notes: [{ severity: "warning", subject, text: `what its removal takes away is not known: ${error.message}` }],
    };
  }
}

const unreachable: ReadonlySet<number> = new Set([exitCodes.HOST_UNREACHABLE, exitCodes.HOST_KEY_CHANGED]);

const silent = () => ({ report: silentReport, signal: new AbortController().signal, clock: systemClock });

function stackOf({ chosen }: Session) {
  return { stackUid: findStackUid(chosen) ?? "", project: chosen.project.name, stack: chosen.stack };
}

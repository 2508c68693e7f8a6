/** What every command that runs the engine shares: project, stack, Pulumi, our provider in this process, the program. */
import { homedir, hostname } from "node:os";
import { noPins, type Pins, pinsFile, readPins } from "../../context/pins-file";
import type { Plan } from "../../engine/plan/plan";
import type { Report } from "../../engine/report";
import type { ProviderObserver } from "../../provider/serve-options";
import { DrayageError } from "../../spec/drayage-error";
import { type Chosen, chooseProjectAndStack, type StackOptions } from "../common-options";
import { findPulumi } from "../doctor/pulumi/find-pulumi";
import { farHosts } from "../pins/far-hosts";
import { type Backend, findBackend, prepareEmbedded } from "../pulumi/backend";
import { loadProgram } from "../pulumi/load-program";
import type { PulumiAction, PulumiResult } from "../pulumi/pulumi-run";
import { runPulumi } from "../pulumi/run-pulumi";
import { ensureStackUid, stackFile } from "../pulumi/stack-file";
import { clearStaleLocks, processAlive } from "../pulumi/stack-lock";
import { withConfig } from "../pulumi/with-config";
import type { Note, ResourceChange } from "../render/preview";
import type { RunEvent } from "../render/run-progress";
import { hostsInState } from "../state/hosts-in-state";
import { systemClock } from "../system-clock";
import type { ProgressView } from "../terminal/progress-view";
import type { Terminal } from "../terminal/terminal";
import { captureConsole } from "./capture-console";
import { explainFailures } from "./explain-failures";
import type { Interrupts } from "./interrupts";
import { pendingWarnings } from "./pending-creates";
import { createResourceChanges, type DeletedResource, type WantedResource } from "./resource-changes";
import { createRunObserver, type RunObserver } from "./run-observer";
import { type DrayageProvider, startDrayageProvider } from "./start-drayage-provider";

export interface Session {
  readonly chosen: Chosen;
  readonly backend: Backend;
  readonly handlers: DrayageProvider["handlers"];
  readonly leftovers: DrayageProvider["leftovers"];
  /** Hosts of program and state that answered in the runs so far. */
  readonly hosts: DrayageProvider["reachedHosts"];
  run(action: PulumiAction, options: RunOptions): Promise<RunOutcome>;
  close(): Promise<void>;
}

export interface RunOptions {
  readonly view: ProgressView;
  readonly interrupts: Interrupts;
  readonly flags?: readonly string[];
  /** What a person has agreed to; more than that is refused. */
  readonly reviewed?: readonly Plan[] | undefined;
  /** Pins to look at before they are written: this run takes them for those of the file. */
  readonly proposedPins?: Pins | undefined;
}

export interface RunOutcome {
  readonly result: PulumiResult;
  readonly plans: readonly Plan[];
  readonly changes: readonly ResourceChange[];
  /** What left the state, or will. */
  readonly deleted: readonly DeletedResource[];
  readonly wanted: readonly WantedResource[];
  readonly notes: readonly Note[];
  readonly events: readonly RunEvent[];
  readonly seconds: number;
  /** Empty when it went well. */
  readonly failures: readonly Error[];
}

export async function openSession(options: StackOptions, terminal: Terminal): Promise<Session> {
  const chosen = chooseProjectAndStack(options, terminal);
  const env = { ...terminal.env } as NodeJS.ProcessEnv;
  const program = loadProgram(chosen.project.dir);
  const backend = findBackend({ workDir: chosen.project.dir, env, home: env.HOME ?? homedir() });
  prepareEmbedded(backend, chosen.project.dir, chosen.project.name, chosen.stack);
  refuseLocked(backend, chosen);
  ensureStackUid(stackFile(chosen.project.dir, chosen.stack));
  const place = { stateDir: backend.stateDir, project: chosen.project.name, stack: chosen.stack };
  const current: { observer?: RunObserver } = {};
  const [pulumi, provider] = await Promise.all([findPulumi(env), startDrayageProvider(terminal, delegating(current))]);

  return {
    chosen,
    backend,
    handlers: provider.handlers,
    leftovers: provider.leftovers,
    hosts: provider.reachedHosts,
    close: () => provider.stop(),
    async run(action, { view, interrupts, flags, reviewed, proposedPins }) {
      const began = systemClock.monotonic();
      const events: RunEvent[] = [];
      const onEvent = (event: RunEvent) => {
        events.push(event);
        view.show(event);
      };
      const observer = createRunObserver({ onEvent, now: systemClock.monotonic, reviewed });
      const changes = createResourceChanges();
      current.observer = observer;
      const { programDir } = program;
      const pins = proposedPins ?? pinsOf(chosen);
      provider.alsoAsk(async () => ({ refs: await farHosts(chosen, pins, terminal), base: programDir }));
      const proposed = { "dray:proposedPins": JSON.stringify(proposedPins) };
      const release = captureConsole(view.say);
      const pending = pendingWarnings({ backend, chosen }, terminal, (note) =>
        onEvent({ kind: "note", note, at: systemClock.monotonic() }),
      );
      const before = pending.tell();
      try {
        const result = await runPulumi({
          action,
          command: pulumi.path,
          workDir: chosen.project.dir,
          stack: chosen.stack,
          program: proposedPins === undefined ? program.run : withConfig(programDir, proposed, program.run),
          programDir,
          providerPort: provider.port,
          // With --target a host that is not meant, and may be dead, would be waited for.
          meanwhile: () => provider.warm(flags?.includes("--target") ? [] : hostsInState(place)),
          env: { ...env, ...backend.env },
          signal: interrupts.signal,
          abandon: interrupts.abandon,
          ...(flags === undefined ? {} : { flags }),
          onEvent: (event) => {
            const shown = changes.take(event, systemClock.monotonic());
            if (shown !== undefined) onEvent(shown);
          },
        });
        await before;
        // What was being made when the engine was killed just now.
        if (result.exitCode !== 0 && action !== "preview") await pending.tell();
        return {
          result,
          plans: observer.plans(),
          changes: changes.all(),
          deleted: changes.deleted(),
          wanted: changes.wanted(),
          notes: notesOf(events, result),
          events,
          seconds: (systemClock.monotonic() - began) / 1000,
          failures: explainFailures(result, observer.failures(), interrupts.signal.aborted),
        };
      } finally {
        release();
        view.close();
      }
    },
  };
}

export async function withSession<T>(
  options: StackOptions,
  terminal: Terminal,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await openSession(options, terminal);
  try {
    return await use(session);
  } finally {
    await session.close();
  }
}

/** The provider outlives a run; who listens changes with each. */
function delegating(current: { observer?: RunObserver }): Required<ProviderObserver> {
  return {
    report: (urn, preview, redact): Report | undefined => current.observer?.report(urn, preview, redact),
    failed: (urn, error, redact) => current.observer?.failed(urn, error, redact),
    reviewed: (urn) => current.observer?.reviewed?.(urn),
    reviewedRemoval: (urn) => current.observer?.reviewedRemoval?.(urn),
  };
}

/** A file that cannot be read is told by the program, whose resources read it. */
function pinsOf({ project, stack }: Chosen): Pins {
  try {
    return readPins(pinsFile(project.dir, stack));
  } catch {
    return noPins;
  }
}

function refuseLocked(backend: Backend, { project, stack }: Chosen): void {
  if (backend.stateDir === undefined) return;
  const place = { stateDir: backend.stateDir, project: project.name, stack };
  const [held] = clearStaleLocks(place, { hostname: hostname(), isAlive: processAlive });
  if (held === undefined) return;
  throw new DrayageError(
    "STACK_LOCKED",
    `${held.username}@${held.hostname} (pid ${held.pid}) works on it since ${held.timestamp}.`,
    {
      subject: `stack ${stack}`,
      hint: "Wait until that run has ended; `dray unlock` removes the lock of one that is gone.",
    },
  );
}

/** What was said for people: by our provider, and by Pulumi or other providers as warnings. */
function notesOf(events: readonly RunEvent[], { diagnostics }: PulumiResult): Note[] {
  const said = events.flatMap((event) => (event.kind === "note" ? [event.note] : []));
  const warned = diagnostics.flatMap((it): Note[] =>
    it.severity === "warning" ? [{ severity: "warning", text: it.text.replace(/^warning: /, "") }] : [],
  );
  const all = [...said, ...warned];
  return all.filter((note, i) => all.findIndex((it) => it.text === note.text && it.subject === note.subject) === i);
}

/**
 * From the key that a machine was given to one of its own. Two steps with Pulumi's state between them: the machine shows both keys until
 * its own is recorded, so that whoever is interrupted anywhere finds a key that still opens the next run.
 */
import { DrayageError } from "../../../spec/drayage-error";
import type { SshConnectionSpec } from "../../connection/connection";
import { fingerprintOf, type HostKey, hostKeyText, parseHostKey } from "../../connection/host-key";
import type { Shell } from "../../connection/shell";
import type { Operation } from "../../plan/plan";
import type { RunContext } from "../../run-context";
import { type AwaitMachine, awaitBoot, awaitShell } from "./await-machine";
import { enrolOperations } from "./enrol-plan";
import { removeInjectedKey, serveOwnKey } from "./own-key";

export interface Enrolment {
  /** The program's name for the host. */
  readonly host: string;
  /** The way there. Its `hostKey` is set here: what is dialled is always pinned. */
  readonly spec: SshConnectionSpec;
  /** Public half of the injected key. */
  readonly injected: string;
  readonly context: RunContext;
  /** How long a machine may take to let us in, and then to end cloud-init. */
  readonly patienceMs: number;
  /** Dials once. */
  readonly open: (spec: SshConnectionSpec) => Promise<Shell>;
  /** Ends the login that a shell came by. */
  readonly leave: (spec: SshConnectionSpec) => Promise<void>;
}

/** sshd is away for a moment while it loads its keys. */
const reloadMs = 15_000;

/** First step. Yields the machine's own public key, which is served and was used; the injected one is served still. */
export async function enrolHost(enrolment: Enrolment): Promise<string> {
  const { spec, context, host } = enrolment;
  const injected = hostKeyOf(enrolment);
  const first = { ...spec, hostKey: hostKeyText(injected) };
  const [arrival, rotation] = enrolOperations(host);
  const shell = await step(context, arrival, async (progress) => {
    const waiting = awaitMachine(enrolment, first, progress);
    const reached = await awaitShell(waiting);
    for (const complaint of await awaitBoot(reached, waiting)) context.report.say("warning", `cloud-init: ${complaint}`);
    return reached;
  });
  return step(context, rotation, async (progress) => {
    const own = hostKeyText(await serveOwnKey(shell, fingerprintOf(injected)));
    await awaitShell({ ...awaitMachine(enrolment, { ...spec, hostKey: own }, progress), patienceMs: reloadMs });
    await enrolment.leave(first);
    return own;
  });
}

/** Second step, when `own` is recorded. The injected key is served no more. */
export async function dropInjectedKey(enrolment: Enrolment, own: string): Promise<void> {
  const [, , removal] = enrolOperations(enrolment.host);
  await step(enrolment.context, removal, async () => {
    const shell = await enrolment.open({ ...enrolment.spec, hostKey: own });
    await removeInjectedKey(shell, hostKeyText(hostKeyOf(enrolment)), own);
  });
}

function awaitMachine(
  { host, open, patienceMs, context }: Enrolment,
  spec: SshConnectionSpec,
  progress: (text: string) => void,
): AwaitMachine {
  return { ...context, host, address: spec.address, open: () => open(spec), patienceMs, progress };
}

async function step<T>(
  { report, clock }: RunContext,
  operation: Operation,
  act: (progress: (text: string) => void) => Promise<T>,
): Promise<T> {
  const began = clock.monotonic();
  report.started(operation);
  try {
    const done = await act((text) => report.progress(operation, { text }));
    report.finished(operation, (clock.monotonic() - began) / 1000);
    return done;
  } catch (error) {
    report.failed(operation, error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
}

function hostKeyOf({ injected, host }: Enrolment): HostKey {
  const key = parseHostKey(injected);
  if (key === undefined) throw new DrayageError("INTERNAL", "the injected host key is no public key", { subject: host });
  return key;
}

import { finished } from "node:stream/promises";
import type { ProbeSpec } from "../../../spec/healthcheck";
import { attachMover, type MoverSession } from "../../host/mover-container";
import { type Line, readLines } from "../../host/mover-lines";
import { endOf, type Gate, type GateResult, type GateTarget, passed } from "./gate";

type NetworkProbe = Extract<ProbeSpec, { kind: "http" | "tcp" }>;

const lookEveryMs = 250;

/** http and tcp, asked by the mover inside the container's own network: no port needs to be published for it. */
export function probeGate(probe: NetworkProbe, timeoutMs: number): Gate {
  return { wait: (target) => askByMover(probe, timeoutMs, target) };
}

async function askByMover(probe: NetworkProbe, timeoutMs: number, target: GateTarget): Promise<GateResult> {
  const { docker, deadlineMs } = target;
  const mover = await attachTo(target);
  if ("passed" in mover) return mover;
  const { attached } = mover;
  let last: Line = {};
  const answers = readLines(attached.stdout, (line) => {
    if (line.verdict === undefined) target.say(evidence(probe, line));
    last = line;
  });
  attached.stderr.resume();
  attached.stdin.write(JSON.stringify({ probes: [request(probe, timeoutMs, deadlineMs)] }));
  try {
    const died = await Promise.race([answers.then(() => undefined), untilItEnds(target, answers)]);
    if (died) return died;
    if (last.verdict === "passed") return passed;
    const [seen] = (last.probes as Line[] | undefined) ?? [];
    return { passed: false, why: "unhealthy", evidence: `after ${deadlineMs / 1000} s: ${evidence(probe, seen ?? {})}` };
  } finally {
    attached.close();
    await docker.removeContainer(mover.id, { force: true });
    await finished(attached.stdout).catch(() => undefined);
  }
}

/** There is no network to join once the container has ended: then that is the answer. */
async function attachTo(target: GateTarget): Promise<MoverSession | GateResult> {
  try {
    return await attachMover(target.docker, { name: "drayage-gate", args: ["gate"], network: `container:${target.container}` });
  } catch (error) {
    const ended = await endOf(target);
    if (ended) return ended;
    throw error;
  }
}

/** The mover keeps asking a network whose container has died: that is for us to see. */
async function untilItEnds(target: GateTarget, answers: Promise<void>): Promise<GateResult | undefined> {
  let answered = false;
  void answers.then(() => {
    answered = true;
  });
  while (!answered) {
    const ended = await endOf(target);
    if (ended) return ended;
    await target.context.clock.sleep(lookEveryMs, target.context.signal);
    target.context.signal.throwIfAborted();
  }
  return undefined;
}

function request(probe: NetworkProbe, timeoutMs: number, deadlineMs: number): Record<string, unknown> {
  return {
    id: "service",
    kind: probe.kind,
    host: "127.0.0.1",
    port: probe.port,
    ...(probe.kind === "http" && { path: probe.path, statusFrom: probe.statusFrom, statusTo: probe.statusTo }),
    timeoutMs,
    deadlineMs,
  };
}

function evidence(probe: NetworkProbe, seen: Line): string {
  const what = probe.kind === "http" ? `GET ${probe.path} on port ${probe.port}` : `port ${probe.port}`;
  return `${what}: ${seen.error ?? (seen.status ? `status ${seen.status}` : (seen.state ?? "no answer"))}`;
}

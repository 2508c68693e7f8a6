/** What a move will cost: from sizes, from what the last move of it took, and from what a helper container takes now. Pure. */
import type { Outage } from "../plan/plan";
import type { Measured } from "../plan/run-plan";
import type { MovedService, MoveFacts } from "./move-facts";

/** Copy through the operator, per second. */
export const copyBytesPerSecond = 120e6;

/** A helper container made, run and removed where little else works: what the constants below were measured beside. */
const usualHelperSeconds = 0.45;
/** How much of a machine's slowness shows in a step: a helper begins with everything, a step finds much of it ready. */
const slownessShare = 0.3;

/** Seconds on such a machine. */
const usual = {
  /** From the call to a program that has ended; one that takes its time shows only when it was measured. */
  stop: 0.21,
  /** From the call to a program that runs. */
  start: 0.36,
  prove: 0.015,
  fence: 0.03,
  pass: 0.05,
  verify: 0.05,
  handOver: 0.1,
  /** Of a gate's time, what its own helper took to come up: the service may have answered before. */
  gateHelper: 0.3,
};
/** Walking and comparing, per file. */
const secondsPerFile = 15e-6;
/** A file that was written to since the round before is read and hashed whole; of a database that can be nearly all of it. */
const hashBytesPerSecond = 2.5e9;

export function copySeconds(bytes: number): number {
  return 0.3 + bytes / copyBytesPerSecond;
}

/** What a move took, by the names under which the next forecast asks for it. Kept in the record with the release. */
export type CutSeconds = Readonly<Record<string, number>>;

/** Of a move that was measured; `helper` says how busy the machines were. */
export function cutSeconds({ operations }: Measured, facts: MoveFacts): CutSeconds {
  const kept: Record<string, number> = { helper: facts.helperSeconds };
  const steps = ["prove exit", "fence source", "last pass", "verify volumes", "record prepared", "record cede", "record adopted"];
  for (const [id, seconds] of Object.entries(operations)) {
    const stopped = /^stop source (.+)$/.exec(id)?.[1];
    const started = /^start (.+)\.1$/.exec(id)?.[1];
    const step = steps.find((one) => id.startsWith(`${one} `));
    const name = stopped === undefined ? (started === undefined ? step : `start ${started}`) : `stop ${stopped}`;
    if (name !== undefined) kept[name] = Math.round(seconds * 1000) / 1000;
  }
  return kept;
}

interface Pace {
  /** Seconds of a step: what it took the last time, else what it usually takes; both at today's pace. */
  of(name: string, usualSeconds: number): number;
  /** How many times longer than usual steps take. */
  readonly factor: number;
}

export function paceOf({ helperSeconds, lastCut = {} }: Pick<MoveFacts, "helperSeconds" | "lastCut">): Pace {
  const slower = (than: number) => 1 - slownessShare + slownessShare * Math.min(8, helperSeconds / than);
  const factor = slower(usualHelperSeconds);
  const since = lastCut.helper === undefined ? 1 : slower(lastCut.helper);
  return { factor, of: (name, seconds) => (lastCut[name] === undefined ? seconds * factor : lastCut[name] * since) };
}

export function lastPassForecast(facts: MoveFacts): number {
  return paceOf(facts).of("last pass", usual.pass + lookSeconds(facts));
}

export function verifyForecast(facts: MoveFacts): number {
  return paceOf(facts).of("verify volumes", usual.verify + lookSeconds(facts));
}

/** One outage per service that publishes a port: from its own stop to its own answer on the target. */
export function forecastOutages(facts: MoveFacts): Outage[] {
  const pace = paceOf(facts);
  const carries = facts.volumes.length > 0;
  return facts.services
    .filter((service) => service.published.length > 0)
    .map((service) => {
      const stopped = facts.services.slice(facts.services.indexOf(service));
      const handOver = ["record prepared", "record cede", "record adopted"];
      const parts = [
        { name: "stop", seconds: sum(stopped.map(({ name }) => pace.of(`stop ${name}`, usual.stop))) },
        { name: "prove and fence", seconds: pace.of("prove exit", usual.prove) + pace.of("fence source", usual.fence) },
        ...(carries ? [{ name: "last pass", seconds: lastPassForecast(facts) }] : []),
        ...(carries ? [{ name: "verify", seconds: verifyForecast(facts) }] : []),
        { name: "hand over", seconds: sum(handOver.map((step) => pace.of(step, usual.handOver / handOver.length))) },
        { name: "start", seconds: startSeconds(service, facts, pace) },
      ];
      return { subject: service.name, seconds: sum(parts.map((part) => part.seconds)), parts };
    });
}

/** Whoever it depends on passes its gate first, along the longest chain; it itself is there as soon as it answers. */
function startSeconds(service: MovedService, facts: MoveFacts, pace: Pace): number {
  const up = pace.of(`start ${service.name}`, usual.start);
  return up + answerSeconds(service, pace) + waitSeconds(service, facts, pace);
}

function waitSeconds(service: MovedService, facts: MoveFacts, pace: Pace): number {
  const before = service.dependsOn.flatMap((name) => facts.services.filter((each) => each.name === name));
  const each = before.map((one) => {
    const own = pace.of(`start ${one.name}`, usual.start) + one.readySeconds;
    return own + waitSeconds(one, facts, pace);
  });
  return Math.max(0, ...each);
}

/** A gate that is asked from outside is asked by a helper that has to come up first; one that only looks whether it runs on asks nothing. */
function answerSeconds({ readySeconds, gate }: MovedService, { factor }: Pace): number {
  if (gate === "none") return 0.05;
  return gate === "command" ? readySeconds : Math.max(0.05, readySeconds - usual.gateHelper * factor);
}

function lookSeconds({ volumes }: MoveFacts): number {
  return sum(volumes.map(({ files, bytes }) => files * secondsPerFile + bytes / hashBytesPerSecond));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

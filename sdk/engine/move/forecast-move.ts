/** What a move will cost, from sizes and from what such steps took when they were measured (BENCHMARKS.md). Pure. */
import type { Outage } from "../plan/plan";
import type { MovedService, MoveFacts } from "./move-facts";

/** Copy through the operator; hashing and comparing what lies in memory; each per second. */
export const copyBytesPerSecond = 120e6;
export const hashBytesPerSecond = 2.5e9;
const stopSeconds = 0.35;
const proveAndFenceSeconds = 0.25;
const lastPassSeconds = 0.2;
const recordsSeconds = 0.05;
const startSeconds = 0.4;

export function copySeconds(bytes: number): number {
  return 0.3 + bytes / copyBytesPerSecond;
}

export function lastPassForecast(bytes: number): number {
  return lastPassSeconds + bytes / hashBytesPerSecond;
}

export function verifyForecast(bytes: number): number {
  return 0.05 + bytes / hashBytesPerSecond;
}

/** One outage per service that publishes a port: from its own stop to its own gate on the target. */
export function forecastOutages(facts: MoveFacts): Outage[] {
  const bytes = facts.volumes.reduce((sum, volume) => sum + volume.bytes, 0);
  return facts.services
    .filter((service) => service.published.length > 0)
    .map((service) => {
      const stopped = facts.services.slice(facts.services.indexOf(service));
      const parts = [
        { name: "stop", seconds: stopped.length * stopSeconds },
        { name: "prove and fence", seconds: proveAndFenceSeconds },
        { name: "last pass", seconds: lastPassForecast(bytes) },
        { name: "verify", seconds: verifyForecast(bytes) },
        { name: "hand over", seconds: recordsSeconds },
        {
          name: "start",
          seconds: startedBefore(service, facts).reduce((sum, each) => sum + startSeconds + each.readySeconds, 0),
        },
      ];
      return {
        subject: service.name,
        seconds: parts.reduce((sum, part) => sum + part.seconds, 0),
        parts,
      };
    });
}

/** The service and all that must be ready before it, along the longest chain. */
function startedBefore(service: MovedService, facts: MoveFacts): MovedService[] {
  const chains = service.dependsOn
    .map((name) => facts.services.find((each) => each.name === name))
    .filter((each) => each !== undefined)
    .map((each) => startedBefore(each, facts));
  const longest = chains.sort((a, b) => weight(b) - weight(a))[0] ?? [];
  return [...longest, service];
}

function weight(chain: readonly MovedService[]): number {
  return chain.reduce((sum, service) => sum + startSeconds + service.readySeconds, 0);
}

/**
 * Which gates are the program's alone. A command is part of the container, so that another command is another container; http and
 * tcp probes are not, and the host's record keeps which of them a service has passed. Pure.
 */
import { createHash } from "node:crypto";
import type { WorkloadRecord } from "../../record/host-record";
import { canonicalJson } from "../canonical-json";
import { releaseHash } from "../release-hash";
import type { WantedService, WantedWorkload } from "../wanted-workload";

/** Service → hash of its probe and times; services without a probe of ours are left out. */
export function gatesOf(wanted: WantedWorkload): Record<string, string> {
  return Object.fromEntries(wanted.services.flatMap((service) => (isOurs(service) ? [[service.name, hashOf(service)]] : [])));
}

/** Why what runs has to pass its gate again, although nothing else about it changed; undefined when it has passed this one. */
export function gateCause(
  service: WantedService,
  wanted: WantedWorkload,
  record: Pick<WorkloadRecord, "gates" | "releases"> | undefined,
): string | undefined {
  if (record?.gates !== undefined) {
    return record.gates[service.name] === gatesOf(wanted)[service.name] ? undefined : "healthcheck changed";
  }
  if (!isOurs(service)) return undefined;
  // Written before gates were recorded, or by a move: the hash of the release tells whether anything differs at all.
  const last = record?.releases.at(-1);
  return last !== undefined && last.hash === releaseHash(wanted, last.images) ? undefined : "healthcheck not asked yet";
}

function isOurs({ gate }: WantedService): boolean {
  return gate?.probe.kind === "http" || gate?.probe.kind === "tcp";
}

function hashOf({ gate }: WantedService): string {
  return createHash("sha256").update(canonicalJson(gate)).digest("hex").slice(0, 16);
}

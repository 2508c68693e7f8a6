/** What really runs, from what was observed after the last operation. */
import { computeEndpoint, type Endpoint } from "../../spec/endpoint";
import type { WorkloadSpec } from "../../spec/workload";
import type { HostHandle } from "../host/host-handle";
import type { Measured } from "../plan/run-plan";
import type { ReleaseRecord } from "../record/host-record";
import type { ObservedWorkload } from "./observed-workload";
import { configurationHashes, releaseHash } from "./release-hash";
import type { WantedWorkload } from "./wanted-workload";
import type { Receipt } from "./workload-request";

export function receiptOf(wanted: WantedWorkload, observed: ObservedWorkload): Receipt {
  const images = runningImages(wanted, observed);
  return { hash: releaseHash(wanted, images), images, configurations: configurationHashes(wanted) };
}

/** A one-shot whose container somebody removed ran what the last release says. */
export function runningImages(wanted: WantedWorkload, observed: ObservedWorkload): Record<string, string> {
  const last = observed.record?.releases.at(-1)?.images ?? {};
  const images: Record<string, string> = {};
  for (const { name } of wanted.services) {
    const container = observed.containers.findLast((one) => one.service === name && one.stage === "current");
    const id = container?.imageId ?? last[name];
    if (id !== undefined) images[name] = id;
  }
  return images;
}

const keptReleases = 10;

/** Newest last. Deploying again what the last entry says adds nothing but newer measurements. */
export function withRelease(
  releases: readonly ReleaseRecord[],
  receipt: Receipt,
  at: string,
  measured?: Measured,
): readonly ReleaseRecord[] {
  const last = releases.at(-1);
  const newer = gateSeconds(measured);
  const readySeconds = { ...last?.readySeconds, ...newer };
  const ready = Object.keys(readySeconds).length === 0 ? {} : { readySeconds };
  if (last?.hash !== receipt.hash)
    return [...releases, { at, hash: receipt.hash, images: receipt.images, ...ready }].slice(-keptReleases);
  return Object.keys(newer).length === 0 ? releases : [...releases.slice(0, -1), { ...last, ...ready }];
}

/** Service → seconds of its slowest gate. */
function gateSeconds(measured: Measured | undefined): Record<string, number> {
  const slowest: Record<string, number> = {};
  for (const [id, seconds] of Object.entries(measured?.operations ?? {})) {
    const service = /^gate (.+)\.\d+$/.exec(id)?.[1];
    if (service !== undefined) slowest[service] = Math.max(slowest[service] ?? 0, Math.round(seconds * 100) / 100);
  }
  return slowest;
}

export function endpointsOf(spec: WorkloadSpec, host: HostHandle): Record<string, Endpoint> {
  const endpoints: Record<string, Endpoint> = {};
  for (const [service, { ports }] of Object.entries(spec.services)) {
    for (const { target, protocol } of ports) {
      const found = computeEndpoint({ spec, connection: host.connection.spec, service, port: target, protocol });
      if (!("problem" in found)) endpoints[`${service}:${target}/${protocol}`] = found;
    }
  }
  return endpoints;
}

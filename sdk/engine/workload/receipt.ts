/** What really runs, from what was observed after the last operation. */
import { computeEndpoint, type Endpoint } from "../../spec/endpoint";
import type { WorkloadSpec } from "../../spec/workload";
import type { HostHandle } from "../host/host-handle";
import type { Measured } from "../plan/run-plan";
import type { ReleaseRecord } from "../record/host-record";
import { guessReady } from "./guess-ready";
import type { ObservedWorkload } from "./observed-workload";
import { configurationHashes, releaseHash } from "./release-hash";
import type { WantedService, WantedWorkload } from "./wanted-workload";
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

export interface ReleaseFigures {
  readonly measured?: Measured | undefined;
  /** Service whose first start this was → seconds that a start is guessed to take. A first start fills empty volumes: the next is no slower. */
  readonly firstStarts?: Readonly<Record<string, number>>;
  /** What the steps of a move took. */
  readonly cutSeconds?: Readonly<Record<string, number>>;
}

/** Newest last. Deploying again what the last entry says adds nothing but newer measurements. */
export function withRelease(
  releases: readonly ReleaseRecord[],
  receipt: Receipt,
  at: string,
  { measured, firstStarts = {}, cutSeconds }: ReleaseFigures = {},
): readonly ReleaseRecord[] {
  const last = releases.at(-1);
  const newer = Object.entries(gateSeconds(measured)).filter(
    ([service, seconds]) => seconds <= (firstStarts[service] ?? seconds),
  );
  const readySeconds = { ...last?.readySeconds, ...Object.fromEntries(newer) };
  const cut = cutSeconds ?? last?.cutSeconds;
  const figures = { ...(Object.keys(readySeconds).length > 0 && { readySeconds }), ...(cut && { cutSeconds: cut }) };
  if (last?.hash !== receipt.hash)
    return [...releases, { at, hash: receipt.hash, images: receipt.images, ...figures }].slice(-keptReleases);
  const learnt = newer.length > 0 || cutSeconds !== undefined;
  return learnt ? [...releases.slice(0, -1), { ...last, ...figures }] : releases;
}

/** Of services that begin with a volume which this very run has made. */
export function firstStarts({ services }: WantedWorkload, measured: Measured | undefined): Record<string, number> {
  const made = (volume: string) => measured?.operations[`create volume ${volume}`] !== undefined;
  const begins = (service: WantedService) => service.spec.mounts.some((mount) => mount.kind === "volume" && made(mount.volume));
  return Object.fromEntries(services.filter(begins).map((service) => [service.name, guessReady(service)]));
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

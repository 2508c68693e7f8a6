/** What an apply would do now. Reads only. */
import type { Plan } from "../plan/plan";
import { createdServices, decideWorkload } from "./decide-workload";
import type { ImageAvailability } from "./image-supply";
import { observeWorkload } from "./observe-workload";
import type { ObservedWorkload } from "./observed-workload";
import { planWorkload } from "./plan-workload";
import { type WantedWorkload, wantedWorkload } from "./wanted-workload";
import type { WorkloadRequest } from "./workload-request";
import { lockedImages, wantedImage } from "./workload-world";

/** @throws what stands in the way: NAME_TAKEN, NOT_FOUND, PORT_TAKEN, ARCH_MISMATCH, WORLD_MOVED */
export async function previewWorkload(request: WorkloadRequest): Promise<Plan> {
  return (await prepare(request)).plan;
}

export interface Prepared {
  readonly wanted: WantedWorkload;
  readonly observed: ObservedWorkload;
  readonly plan: Plan;
}

/** Who holds which port and which images are missing is asked only when a container will be made. */
export async function prepare(request: WorkloadRequest): Promise<Prepared> {
  const { host, identity } = request;
  const seen = await observeWorkload(host, identity);
  const wanted = wantedWorkload({ volumeNames: recordedVolumeNames(seen.record), ...request });
  const created = createdServices(decideWorkload(wanted, seen));
  const publishes = created.some((service) => service.spec.ports.length > 0);
  const observed = publishes ? await observeWorkload(host, identity, { ports: true }) : seen;
  const locked = lockedImages(wanted, observed);
  const images = await Promise.all(
    created.map(
      async (service): Promise<[string, ImageAvailability]> => [
        service.name,
        await request.images.missing(host, wantedImage(service, locked)),
      ],
    ),
  );
  return { wanted, observed, plan: planWorkload(wanted, observed, Object.fromEntries(images)) };
}

/** After moves there and back a host holds several volumes of one name: the record says which of them serves. */
export function recordedVolumeNames(record: ObservedWorkload["record"]): Record<string, string> {
  const serving = Object.entries(record?.volumes ?? {}).filter(([, volume]) => volume.state !== "superseded");
  return Object.fromEntries(serving.map(([name, volume]) => [name, volume.dockerName]));
}

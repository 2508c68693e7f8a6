/** What an apply would do now. Reads only. */
import type { Plan } from "../plan/plan";
import { refuseForeign } from "../record/lease-decisions";
import { createdServices, decideWorkload } from "./decide-workload";
import type { ImageAvailability } from "./image-supply";
import { observeWorkload } from "./observe-workload";
import type { ObservedWorkload } from "./observed-workload";
import { planWorkload } from "./plan-workload";
import { resolveLocks } from "./resolve-locks";
import { type WantedFrom, type WantedWorkload, wantedWorkload } from "./wanted-workload";
import type { ApplyRequest, WorkloadRequest } from "./workload-request";
import { lockedImages, wantedImage } from "./workload-world";

/** @throws what stands in the way: OWNED_ELSEWHERE, NAME_TAKEN, NOT_FOUND, PORT_TAKEN, ARCH_MISMATCH, WORLD_MOVED */
export async function previewWorkload(request: WorkloadRequest): Promise<Plan> {
  return (await prepare(request)).plan;
}

export interface Prepared {
  readonly wanted: WantedWorkload;
  readonly observed: ObservedWorkload;
  readonly plan: Plan;
  /** Service → image id that its reference is locked to. */
  readonly locked: Readonly<Record<string, string>>;
}

/** Who holds which port and which images are missing is asked only when a container will be made. */
export async function prepare(request: WorkloadRequest & Pick<ApplyRequest, "adopt">): Promise<Prepared> {
  const { host, identity } = request;
  const seen = await observeWorkload(host, identity);
  if (seen.record !== undefined) refuseForeign(seen.record, { ...request, name: request.spec.name }, host.name);
  const { locks } = request;
  const imageLocks = locks === undefined ? {} : await resolveLocks({ host, spec: request.spec, locks, observed: seen });
  const wanted = wantedWorkload({ ...namesOf(seen), ...request, imageLocks });
  const created = createdServices(decideWorkload(wanted, seen));
  const publishes = created.some((service) => service.spec.ports.length > 0);
  const observed = publishes ? await observeWorkload(host, identity, { ports: true }) : seen;
  const released = request.asReleased ? await releasedImages(request, wanted, observed) : {};
  const locked = { ...released, ...lockedImages(wanted, observed) };
  const images = await Promise.all(
    created.map(
      async (service): Promise<[string, ImageAvailability]> => [
        service.name,
        await request.images.missing(host, wantedImage(service, locked)),
      ],
    ),
  );
  const plan = planWorkload(wanted, observed, Object.fromEntries(images));
  return { wanted, observed, locked, plan: { ...plan, notes: [...(request.notes ?? []), ...plan.notes] } };
}

async function releasedImages(
  { host }: WorkloadRequest,
  { services }: WantedWorkload,
  { record }: ObservedWorkload,
): Promise<Record<string, string>> {
  const ran = record?.releases.at(-1)?.images ?? {};
  const known = services.flatMap(({ name, spec }) => (spec.image.kind === "reference" && ran[name] ? [[name, ran[name]]] : []));
  const there = await Promise.all(known.map(async ([, id = ""]) => (await host.docker.inspectImage(id)) !== undefined));
  return Object.fromEntries(known.filter((_, index) => there[index]));
}

/** How what exists is called. After moves there and back a host holds several volumes of one name: the record says which serves. */
export function namesOf({
  record,
  networks,
  deliveries,
}: ObservedWorkload): Required<Pick<WantedFrom, "volumeNames" | "standing" | "superseded">> {
  const recorded = Object.entries(record?.volumes ?? {});
  const serving = recorded.filter(([, volume]) => volume.state !== "superseded");
  return {
    superseded: recorded.flatMap(([, volume]) => (volume.state === "superseded" ? [volume.dockerName] : [])),
    volumeNames: Object.fromEntries(serving.map(([name, volume]) => [name, volume.dockerName])),
    standing: [...networks, ...deliveries].map(({ dockerName }) => dockerName),
  };
}

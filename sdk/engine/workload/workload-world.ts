/** What the operations of a workload work with: one host, one wish, one lease. */
import { DrayageError } from "../../spec/drayage-error";
import type { SecretValues } from "../../spec/secret";
import type { HostHandle } from "../host/host-handle";
import type { Owner } from "../record/host-record";
import type { Lease } from "../record/record-store";
import type { ConfigFiles } from "./config-files";
import type { ImageSupply, WantedImage } from "./image-supply";
import type { ObservedWorkload } from "./observed-workload";
import type { WantedContainer } from "./wanted-container";
import type { WantedService, WantedWorkload } from "./wanted-workload";

export interface WorkloadWorld {
  /** Its engine asks for the lease before each change. */
  readonly host: HostHandle;
  readonly wanted: WantedWorkload;
  readonly owner: Owner;
  readonly secrets: SecretValues;
  readonly images: ImageSupply;
  readonly configs: ConfigFiles;
  /** Service → image id that its reference was locked to. */
  readonly locked: Readonly<Record<string, string>>;
  readonly lease: Lease;
}

export function wantedServiceOf(world: Pick<WorkloadWorld, "wanted">, name: string): WantedService {
  const service = world.wanted.services.find((candidate) => candidate.name === name);
  if (!service) throw new DrayageError("INTERNAL", `There is no service ${name} in ${world.wanted.name}.`);
  return service;
}

export function wantedImage(service: WantedService, locked: Readonly<Record<string, string>>): WantedImage {
  const { image, platform } = service.spec;
  const lockedTo = locked[service.name];
  const { lock } = service;
  return {
    service: service.name,
    // A promoted image is that one, also where the program says to look for newer ones.
    image: lock !== undefined && image.kind === "reference" ? { ...image, pull: "missing" } : image,
    ...(lock?.digest !== undefined && { lockedDigest: lock.digest }),
    ...(platform !== undefined && { platform }),
    ...(lockedTo !== undefined && { lockedTo }),
  };
}

/** A reference means what it meant when its containers were made, until somebody asks for more. */
export function lockedImages(wanted: WantedWorkload, observed: ObservedWorkload): Record<string, string> {
  const locked: Record<string, string> = {};
  for (const { name, container, lock } of wanted.services) {
    if (lock !== undefined) {
      locked[name] = lock.id;
      continue;
    }
    const holder = observed.containers.findLast(
      (one) => one.service === name && one.stage === "current" && sameReference(one.made, container),
    );
    if (holder) locked[name] = holder.imageId;
  }
  return locked;
}

/** `shop/api on rack`: what errors call a service. */
export function subjectOf(world: Pick<WorkloadWorld, "wanted" | "host">, service?: string): string {
  return `${world.wanted.name}${service === undefined ? "" : `/${service}`} on ${world.host.name}`;
}

function sameReference(made: unknown, wanted: WantedContainer): boolean {
  const image = (made as Partial<WantedContainer> | undefined)?.image;
  return image !== undefined && "ref" in image && "ref" in wanted.image && image.ref === wanted.image.ref;
}

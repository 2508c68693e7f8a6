/** What references were promoted as, in the ids of this engine. */
import type { ReferenceLock } from "../../spec/reference-lock";
import type { WorkloadSpec } from "../../spec/workload";
import type { HostHandle } from "../host/host-handle";
import type { ObservedWorkload } from "./observed-workload";

export interface ImageLock {
  readonly id: string;
  /** By which a registry has it. */
  readonly digest?: string;
}

export interface LocksQuestion {
  readonly host: HostHandle;
  readonly spec: WorkloadSpec;
  /** Service → lock; one for another reference than the program's is void. */
  readonly locks: Readonly<Record<string, ReferenceLock>>;
  readonly observed: ObservedWorkload;
}

/** Service → lock. Stores name one image by different ids, so the engine is asked; not when that very id runs already. */
export async function resolveLocks({ host, spec, locks, observed }: LocksQuestion): Promise<Record<string, ImageLock>> {
  const valid = Object.entries(locks).filter(([service, { ref }]) => {
    const image = spec.services[service]?.image;
    return image?.kind === "reference" && image.ref === ref;
  });
  const resolved = valid.map(async ([service, { id, digest }]) => {
    const runs = observed.containers.some((one) => one.service === service && one.stage === "current" && one.imageId === id);
    const found = runs ? id : ((await idOf(host, id)) ?? (digest === undefined ? undefined : await idOf(host, digest)));
    return [service, { id: found ?? id, ...(digest !== undefined && { digest }) }] as const;
  });
  return Object.fromEntries(await Promise.all(resolved));
}

async function idOf({ docker }: HostHandle, ref: string): Promise<string | undefined> {
  return (await docker.inspectImage(ref))?.Id;
}

import type { PlacedMount } from "./mount";
import { didYouMean } from "./nearest-name";
import { isUnknown } from "./unknown";
import type { Check, WorkloadParts } from "./workload-parts";

/** One thing at one path, declared volumes only, and no two writers where only one is allowed. */
export const checkMounts: Check = (parts) => {
  for (const [name, { spec, mounts }] of parts.services) {
    const atPath = new Map<string, PlacedMount>();
    for (const placed of mounts) {
      const { mount, place } = placed;
      const other = atPath.get(mount.path);
      if (other !== undefined && !isUnknown(mount.path))
        place.problem(`${mount.path} is already the place of ${other.place.path}`);
      else atPath.set(mount.path, placed);
      if (spec.secrets.length > 0 && isWithin(mount.path, "/run/secrets"))
        place.problem("/run/secrets holds the service's secrets; take another path");
      if (mount.kind === "volume") checkVolume(parts, name, mount, placed);
    }
  }
};

function checkVolume(
  parts: WorkloadParts,
  name: string,
  mount: { volume: string; readOnly: boolean },
  { place }: PlacedMount,
): void {
  if (isUnknown(mount.volume)) return;
  const volume = Object.hasOwn(parts.volumes, mount.volume) ? parts.volumes[mount.volume] : undefined;
  if (volume === undefined) {
    const near = didYouMean(mount.volume, Object.keys(parts.volumes));
    place.problem(
      `volume '${mount.volume}' is not declared${near === "" ? `; add volumes: { ${property(mount.volume)}: {} } to the workload` : near}`,
    );
    return;
  }
  const replicas = parts.services.get(name)?.spec.replicas ?? 1;
  if (replicas > 1 && !mount.readOnly && !volume.shared) {
    place.problem(
      `${replicas} replicas would write to '${mount.volume}' at once; mount it readOnly, or declare it { shared: true } when they may`,
    );
  }
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

function property(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

/** What is mounted where in a container, from inspect, with the program's names of volumes. Pure. */
import type Dockerode from "dockerode";
import type { ContainerInspect } from "../docker/docker-engine";
import type { VolumeRole } from "./observed-configuration";

/** Path in the container → what is there. */
export function observedMounts(
  { Mounts, HostConfig }: ContainerInspect,
  volumes: Readonly<Record<string, VolumeRole>>,
): Record<string, unknown> {
  const mounted = (Mounts ?? []).map((mount): [string, unknown] => [mount.Destination, describe(mount, volumes)]);
  const inMemory = ((HostConfig.Mounts ?? []) as Dockerode.MountSettings[])
    .filter((mount) => mount.Type === "tmpfs")
    .map((mount): [string, unknown] => [mount.Target, { type: "tmpfs", ...memoryOptions(mount) }]);
  return Object.fromEntries([...mounted, ...inMemory].sort(([a], [b]) => (a < b ? -1 : 1)));
}

type Mount = ContainerInspect["Mounts"][number];

function describe(mount: Mount, volumes: Readonly<Record<string, VolumeRole>>): unknown {
  const readOnly = !mount.RW;
  if (mount.Type === "volume") {
    const role = volumes[mount.Name ?? ""];
    if (role === undefined) return { type: "volume", ...(!isAnonymous(mount.Name) && { external: mount.Name }), readOnly };
    return role.kind === "volume" ? { type: "volume", volume: role.name, readOnly } : { type: role.kind, readOnly };
  }
  if (mount.Type === "bind") {
    if (isInside(mount.Source, volumes)) return { type: "config", readOnly };
    return { type: "bind", source: mount.Source, propagation: mount.Propagation, readOnly };
  }
  return { type: mount.Type, readOnly };
}

/** Docker names it by a random number. */
export function isAnonymous(name: string | undefined): boolean {
  return name === undefined || /^[0-9a-f]{64}$/.test(name);
}

/** A single config lies in a volume of ours, and is bound from the folder where this host keeps it. */
function isInside(source: string, volumes: Readonly<Record<string, VolumeRole>>): boolean {
  return Object.values(volumes).some(({ kind, mountpoint }) => kind === "configs" && source.startsWith(`${mountpoint}/`));
}

function memoryOptions({ TmpfsOptions }: Dockerode.MountSettings): Record<string, unknown> {
  const options = TmpfsOptions as { readonly SizeBytes?: number; readonly Mode?: number } | undefined;
  return { sizeBytes: options?.SizeBytes, mode: options?.Mode?.toString(8) };
}

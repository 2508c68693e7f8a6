/** What is mounted where in a container, in Docker's words. */
import type Dockerode from "dockerode";
import type { MountSpec } from "../../spec/mount";
import { configMounts } from "./delivery-generation";
import type { WantedContainer } from "./wanted-container";

export const SECRETS_PATH = "/run/secrets";
/** Keeps the configs volume referenced: a volume that nothing mounts is prey of `docker volume prune`. */
export const CONFIGS_PATH = "/run/configs";

export interface VolumePlaces {
  /** Docker's name of each named volume. */
  readonly data: Readonly<Record<string, string>>;
  readonly secrets?: string;
  readonly configs?: {
    readonly volume: string;
    /** The volume's folder as the daemon sees it: a single file of a volume can only be mounted from there (engine < 26). */
    readonly mountpoint: string;
  };
}

type Mount = Dockerode.MountSettings;

export function containerMounts(wanted: WantedContainer, places: VolumePlaces): Mount[] {
  return [
    ...wanted.mounts.flatMap((mount) => plainMount(mount, places)),
    ...(places.secrets === undefined ? [] : [delivered(places.secrets, SECRETS_PATH)]),
    ...configBinds(wanted, places),
  ];
}

/** Where a config lies inside its volume. */
export function configEntry(index: number): string {
  return `c${index}`;
}

function plainMount(mount: MountSpec, places: VolumePlaces): Mount[] {
  switch (mount.kind) {
    case "volume":
      return [volumeMount(places.data[mount.volume] ?? mount.volume, mount.path, mount.readOnly)];
    case "bind":
      return [{ Type: "bind", Source: mount.source, Target: mount.path, ReadOnly: mount.readOnly }];
    case "tmpfs":
      return [tmpfsMount(mount.path, mount.mode, mount.sizeBytes)];
    case "config":
      return [];
  }
}

function configBinds(wanted: WantedContainer, places: VolumePlaces): Mount[] {
  if (!places.configs) return [];
  const { volume, mountpoint } = places.configs;
  const binds = configMounts(wanted.mounts).map(
    ({ path }, index): Mount => ({ Type: "bind", Source: `${mountpoint}/${configEntry(index)}`, Target: path, ReadOnly: true }),
  );
  return [delivered(volume, CONFIGS_PATH), ...binds];
}

function volumeMount(volume: string, path: string, readOnly: boolean): Mount {
  return { Type: "volume", Source: volume, Target: path, ReadOnly: readOnly };
}

function delivered(volume: string, path: string): Mount {
  return { Type: "volume", Source: volume, Target: path, ReadOnly: true, VolumeOptions: withoutCopy };
}

/** Docker must not fill the volume with what the image has at that path. */
const withoutCopy = { NoCopy: true } as NonNullable<Mount["VolumeOptions"]>;

function tmpfsMount(path: string, mode: string, sizeBytes: number | undefined): Mount {
  const options = { Mode: Number.parseInt(mode, 8), ...(sizeBytes !== undefined && { SizeBytes: sizeBytes }) };
  return { Type: "tmpfs", Target: path, TmpfsOptions: options as NonNullable<Mount["TmpfsOptions"]> } as Mount;
}

/** Whether two containers can run side by side. If not, the old one stops before the new one starts. */
import type { MountSpec } from "../../spec/mount";
import { isWildcard, type PortSpec } from "../../spec/port";
import type { VolumeSpec } from "../../spec/volume";
import type { WantedContainer } from "./wanted-container";

type VolumeFacts = Readonly<Record<string, Pick<VolumeSpec, "shared">>>;

/** Why `made`, as it runs now, must stop before `wanted` starts; undefined when both can run. */
export function conflictBetween(made: unknown, wanted: WantedContainer, volumes: VolumeFacts): string | undefined {
  if (typeof made !== "object" || made === null) return "what it holds is unknown";
  const old = made as Partial<WantedContainer>;
  const port = wanted.ports.find((one) => old.ports?.some((other) => portsOverlap(one, other)));
  if (port) return `port ${port.published}`;
  if (wanted.networkMode?.kind === "host" && old.networkMode?.kind === "host") return "the host's network";
  if (wanted.networkMode?.kind === "service" && old.networkMode?.kind === "service") return "another service's network";
  const mount = wanted.mounts.find((one) => old.mounts?.some((other) => mountsClash(one, other, volumes)));
  if (mount) return mount.kind === "volume" ? `volume ${mount.volume}` : `folder ${mount.path}`;
  const device = wanted.devices.find((one) => old.devices?.some((other) => one.host === other.host));
  return device && `device ${device.host}`;
}

export function portsOverlap(
  a: Pick<PortSpec, "address" | "published" | "protocol">,
  b: { readonly address: string; readonly published: number; readonly protocol: string },
): boolean {
  const sameAddress = a.address === b.address || isWildcard(a.address) || isWildcard(b.address);
  return a.published === b.published && a.protocol === b.protocol && sameAddress;
}

/** Two may read; as soon as one writes, the other must be gone, unless the program says that the volume is shared. */
function mountsClash(a: MountSpec, b: MountSpec, volumes: VolumeFacts): boolean {
  if (a.kind === "volume" && b.kind === "volume") {
    return a.volume === b.volume && !(a.readOnly && b.readOnly) && !volumes[a.volume]?.shared;
  }
  return a.kind === "bind" && b.kind === "bind" && a.source === b.source && !(a.readOnly && b.readOnly);
}

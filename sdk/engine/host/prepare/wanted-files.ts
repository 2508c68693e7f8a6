/** The units that a data disk needs. Whole files of ours, so that comparing them is comparing text. Pure. */
import type { DataDiskSpec } from "../../../spec/data-disk";

/** Of a file system that drayage made; the only ones that are mounted. Twelve characters are XFS's limit. */
export const diskLabel = "drayage-data";

export interface DiskUnits {
  readonly mountUnit: string;
  readonly recordUnit: string;
  /** Drop-in of docker.service. */
  readonly guard: string;
}

export function diskUnits({ device, mountPoint, filesystem }: DataDiskSpec): DiskUnits {
  return {
    // A unit and no line of fstab: systemd leaves such lines out where it takes the system for a container, and then nothing
    // would hold Docker back. nofail: the machine comes up without the disk, so that somebody can look at it.
    mountUnit: unit(`[Unit]
Description=Data disk of the Docker engine

[Mount]
What=${device}
Where=${mountPoint}
Type=${filesystem}
Options=nofail
`),
    // The host record stays with the data that it tells of.
    recordUnit: unit(`[Unit]
Description=Host record of drayage, on the data disk
RequiresMountsFor=${mountPoint}
AssertPathIsMountPoint=${mountPoint}

[Mount]
What=${mountPoint}/drayage
Where=/var/lib/drayage
Type=none
Options=bind,nofail
`),
    // The first line waits for the disk, the others hold also when somebody has removed its unit.
    guard: unit(`[Unit]
RequiresMountsFor=${mountPoint} /var/lib/drayage
AssertPathIsMountPoint=${mountPoint}
AssertPathIsMountPoint=/var/lib/drayage
`),
  };
}

const unit = (text: string): string => `# Written by drayage (prepare); changes are undone by the next up.\n${text}`;

/** A disk for what a host keeps: volumes, images, the host record. Docker never starts without it. */
import type { Place } from "./place";
import { fields, matching, oneOf, requireKeys } from "./read";

export interface DataDiskInput {
  /**
   * The block device, by a name that stays: `/dev/disk/by-id/…`. It is formatted only if nothing at all is on it, and mounted when it
   * was formatted by drayage; anything else on it is refused.
   */
  readonly device: string;
  /** Where it is mounted. Docker's data is in its folder `docker`, the host record in `drayage`. Default `/srv/data`. */
  readonly mountPoint?: string;
  /** Default ext4. With xfs, copies of files on the host share their blocks. */
  readonly filesystem?: "ext4" | "xfs";
}

export interface DataDiskSpec {
  readonly device: string;
  readonly mountPoint: string;
  readonly filesystem: "ext4" | "xfs";
}

export function readDataDisk(value: unknown, place: Place): DataDiskSpec | undefined {
  const read = disk(value, place);
  requireKeys(value, ["device"], place);
  if (read?.device === undefined) return undefined;
  const { device, mountPoint = "/srv/data", filesystem = "ext4" } = read;
  if (taken.some((path) => mountPoint === path || mountPoint.startsWith(`${path}/`)))
    place.key("mountPoint").problem(`must be a folder of its own, not ${mountPoint}`);
  return { device, mountPoint, filesystem };
}

/** Where a disk would hide what a system or the engine needs. */
const taken = ["/boot", "/dev", "/etc", "/proc", "/root", "/run", "/sys", "/tmp", "/usr", "/var/lib/docker", "/var/lib/drayage"];

const disk = fields({
  device: matching("a device such as '/dev/disk/by-id/…'", /^\/dev(\/(?!\.\.?(\/|$))[A-Za-z0-9_.:+=@-]+)+$/),
  mountPoint: matching("an absolute path of plain names, '/srv/data'", /^(\/[A-Za-z0-9_][A-Za-z0-9_.-]*)+$/),
  filesystem: oneOf("ext4", "xfs"),
});

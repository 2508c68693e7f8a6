/** What stands in the way of preparing a machine, found before anything is changed. Pure. */
import type { DataDiskSpec } from "../../../spec/data-disk";
import { DrayageError, type ErrorCode } from "../../../spec/drayage-error";
import type { PrepareSpec } from "../../../spec/prepare";
import { dataRootOf } from "./daemon-json";
import type { ObservedDisk, ObservedMachine } from "./observed-machine";
import { diskLabel } from "./wanted-files";

/** @throws HOST_UNSUPPORTED DOCKER_TOO_OLD DISK_REFUSED */
export function refuseMachine(host: string, observed: ObservedMachine, spec: PrepareSpec): void {
  const refuse = (code: ErrorCode, message: string, hint: string): never => {
    throw new DrayageError(code, message, { subject: host, hint });
  };
  if (!observed.systemd)
    refuse("HOST_UNSUPPORTED", `${host} is not run by systemd`, "Install Docker there by hand, and leave 'prepare' out.");
  if (observed.snap)
    refuse(
      "HOST_UNSUPPORTED",
      `Docker on ${host} comes from a snap, which keeps its settings elsewhere`,
      "Remove it there once its data is saved: snap remove docker",
    );
  const { engine } = observed;
  if (engine !== undefined && isTooOld(engine.version))
    refuse(
      "DOCKER_TOO_OLD",
      `${host} has ${engine.package} ${engine.version}, older than Docker 20.10`,
      "Update it there, or remove it: a newer one is installed then.",
    );
  if (spec.dataDisk !== undefined && observed.disk !== undefined)
    refuseDisk(spec.dataDisk, observed.disk, observed, spec, refuse);
}

type Refuse = (code: ErrorCode, message: string, hint: string) => never;

function refuseDisk(
  wanted: DataDiskSpec,
  disk: ObservedDisk,
  observed: ObservedMachine,
  spec: PrepareSpec,
  refuse: Refuse,
): void {
  const { device, mountPoint, filesystem } = wanted;
  const disallow = (message: string, hint: string): never => refuse("DISK_REFUSED", message, hint);
  if (disk.state === "missing")
    disallow(
      `there is no ${device}`,
      "Attach the disk; `ls -l /dev/disk/by-id` on the host shows what there is. Without it Docker does not start.",
    );
  if (disk.state === "no block device")
    disallow(`${device} is no block device`, "Name a disk: `lsblk -p` on the host lists them.");
  if (!disk.read) return;
  if (disk.state === "unreadable")
    disallow(
      `${device} cannot be read: it is neither formatted nor mounted`,
      "`dmesg` on the host says why; run the same command again when it answers.",
    );
  if (disk.state === "other" || (disk.state === "filesystem" && disk.label !== diskLabel)) {
    const content = disk.label === "" ? disk.content : `${disk.content} "${disk.label}"`;
    disallow(
      `${device} holds ${content}, which drayage did not make: it is neither formatted nor mounted`,
      `If nothing on it is needed, blank it there yourself: wipefs -a ${device}; dd if=/dev/zero of=${device} bs=1M count=1`,
    );
  }
  if (disk.state === "filesystem" && disk.type !== filesystem)
    disallow(`${device} was formatted as ${disk.type}, and ${filesystem} is wanted`, `Write filesystem: "${disk.type}".`);
  const elsewhere = disk.mountedAt.filter((path) => path !== mountPoint && path !== "/var/lib/drayage");
  if (!disk.mounted && elsewhere.length > 0)
    disallow(`${device} is mounted at ${elsewhere.join(", ")}`, `Unmount it there, or write mountPoint: "${elsewhere[0]}".`);
  if (disk.placeTaken) disallow(`something else is mounted at ${mountPoint}`, "Choose another mountPoint.");
  if (disk.fstab !== "")
    disallow(`/etc/fstab mounts ${disk.fstab} at ${mountPoint}`, "Remove that line, or choose another mountPoint.");
  if (!disk.mounted && disk.placeUsed)
    disallow(`${mountPoint} is not empty: a mount would hide what is in it`, "Choose another mountPoint.");
  const { path, used } = observed.dataRoot;
  if (used && path !== dataRootOf(spec))
    disallow(
      `Docker has containers or volumes in ${path}, which it would no longer find on ${device}`,
      "Move the workloads to another host first, or copy that folder to the disk by hand while Docker is stopped.",
    );
  if (observed.recordUsed && !disk.recordMounted)
    disallow(`there is a host record in /var/lib/drayage, which a mount would hide`, "Move the workloads to another host first.");
}

/** "" where it is not known: the engine itself is asked later. */
function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number.parseFloat);
  return version !== "" && (major < 20 || (major === 20 && minor < 10));
}

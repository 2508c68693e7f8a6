/** Why folders of the host cannot be carried, or are not there where they are expected. Pure. */
import { dirname } from "node:path/posix";
import { asideName, type FolderFacts, isWithin, type MountedFolder, overlaps } from "./moved-folders";

interface Sides {
  readonly from: string;
  readonly to: string;
}

/** One line for each, with what to do. */
export function folderReasons(facts: FolderFacts, sides: Sides): string[] {
  return facts.folders.flatMap((folder) => {
    const reason = reasonAgainst(folder, facts, sides);
    return reason === undefined ? [] : [`${mountedBy(folder)} ${reason}`];
  });
}

function reasonAgainst(folder: MountedFolder, facts: FolderFacts, sides: Sides): string | undefined {
  switch (folder.onMove) {
    case "block":
      return 'of the host: declare onMove "expect" where the target has it, "copy" to carry it, or use a volume';
    case "expect":
      return facts.target.get(folder.path)?.kind === "missing"
        ? `of the host, and ${sides.to} has none: bring it there first`
        : undefined;
    case "copy":
      return notACopy(folder.path, facts) ?? atTheSource(folder.path, facts, sides) ?? atTheTarget(folder.path, facts, sides);
  }
}

/** What belongs to the system of a host is no data of a workload, and another host has its own. */
const systems = ["/proc", "/sys", "/dev", "/run", "/var/run", "/boot", "/etc", "/usr", "/bin", "/sbin", "/lib", "/lib64"];
const roots = ["/", "/var", "/var/lib", "/var/log", "/home", "/root", "/srv", "/opt", "/mnt", "/media", "/tmp", "/var/tmp"];
const ours = ["/var/lib/docker", "/var/lib/containerd", "/var/lib/drayage"];

function notACopy(path: string, { folders, volumesAt }: FolderFacts): string | undefined {
  const engines = [...ours, ...(volumesAt === undefined ? [] : [dirname(volumesAt.path)])];
  if (roots.includes(path) || systems.some((one) => isWithin(path, one)) || engines.some((one) => overlaps(path, one))) {
    return "of the host's system, which no move carries: use a folder of its own, or a volume";
  }
  if (/[:\n]/.test(path)) return "of which the name holds a colon: no move can carry that";
  const other = folders.find((one) => one.onMove === "copy" && one.path !== path && isWithin(path, one.path));
  return other && `which lies within ${other.path}: declare only one of them`;
}

function atTheSource(path: string, { source, sharedWith }: FolderFacts, { from }: Sides): string | undefined {
  const found = source.get(path);
  const sharers = sharedWith.get(path);
  if (found === undefined || found.kind === "missing") return `of the host, and ${from} has none`;
  if (found.kind === "link") return `of the host, which is a symbolic link on ${from}: mount the folder that it points to`;
  if (found.kind === "file") return "of the host, which is no folder: deliver it as a config";
  if (found.mountPoint)
    return `of the host, which is a mount point on ${from} and could not step aside on the way back: mount a folder inside it`;
  return (
    sharers && `of the host, which is also mounted by ${sharers.join(", ")}: a folder that is carried belongs to one workload`
  );
}

function atTheTarget(path: string, facts: FolderFacts, { to }: Sides): string | undefined {
  const found = facts.target.get(path);
  if (found === undefined || found.kind === "missing") return undefined;
  if (found.kind !== "folder") return `of the host, and ${to} has a ${found.kind} of that name`;
  if (found.mountPoint)
    return `of the host, which is a mount point on ${to} and could not step aside on the way back: mount a folder inside it`;
  if (found.empty || asideName(path, facts) !== undefined || facts.recorded[path]?.state === "incoming") return undefined;
  return `of the host, and ${to} has one that is not empty and that no move of this workload made: move it away by hand`;
}

function mountedBy({ services, path }: MountedFolder): string {
  return `${services.map((service) => `services.${service}`).join(", ")} mounts ${path}`;
}

/** What a data disk still needs. Pure. */
import type { PrepareSpec } from "../../../spec/prepare";
import { managerOf } from "./distributions";
import type { ObservedDisk, ObservedMachine } from "./observed-machine";
import { base64 } from "./prepare-request";
import type { Step } from "./prepare-step";
import { type DiskUnits, diskUnits } from "./wanted-files";

export const notMounted = "not mounted";

export function diskSteps(observed: ObservedMachine, { dataDisk }: PrepareSpec): Step[] {
  const { disk } = observed;
  if (dataDisk === undefined || disk === undefined) return [];
  const { device, filesystem } = dataDisk;
  const units = diskUnits(dataDisk);
  const detail = { ...dataDisk };
  const steps: Step[] = [];
  if (disk.state === "blank") {
    if (!disk.mkfs) steps.push(toolStep(observed, filesystem));
    steps.push({ kind: "format disk", subject: "disk", cause: `${device} is blank`, touchesData: true, detail });
  }
  const mounting = mountCause(disk, units);
  if (mounting !== undefined) {
    const files = { mountUnit: base64(units.mountUnit), recordUnit: base64(units.recordUnit) };
    steps.push({ kind: "mount disk", subject: "disk", cause: mounting, touchesData: true, detail, files });
  }
  const guarding = guardCause(observed, units);
  if (guarding !== undefined)
    steps.push({ kind: "guard engine", subject: "engine", cause: guarding, files: { guard: base64(units.guard) } });
  return steps;
}

function toolStep({ os }: ObservedMachine, filesystem: "ext4" | "xfs"): Step {
  const packages = filesystem === "xfs" ? "xfsprogs" : "e2fsprogs";
  return { kind: "install tools", subject: "disk", cause: `no mkfs.${filesystem}`, detail: { manager: managerOf(os), packages } };
}

function mountCause(disk: ObservedDisk, { mountUnit, recordUnit }: DiskUnits): string | undefined {
  if (!disk.mounted || !disk.recordMounted) return notMounted;
  return disk.mountUnit === mountUnit && disk.recordUnit === recordUnit ? undefined : "its unit differs";
}

function guardCause({ guard, engine }: ObservedMachine, units: DiskUnits): string | undefined {
  if (guard === undefined) return "it would start without its disk";
  if (guard !== units.guard) return "its drop-in differs";
  return engine?.needsReload ? "systemd has not read its drop-in" : undefined;
}

/** The data of two workloads, as far as each side could tell it. Pure. */
import { allowed, difference, type Finding, namesOf } from "./comparison";
import type { VolumeData, VolumeReceipt } from "./receipt";

type Volumes = Readonly<Record<string, VolumeReceipt>>;

export function compareVolumes(a: Volumes, b: Volumes): Finding[] {
  return namesOf(a, b).flatMap((name) => {
    const [one, other] = [a[name], b[name]];
    const path = `volumes.${name}`;
    if (one === undefined || other === undefined) return [difference(path, one && "mounted", other && "mounted")];
    const sameName = one.dockerName === other.dockerName;
    const renamed = sameName ? [] : [allowed(`${path}.dockerName`, one.dockerName, other.dockerName)];
    const data = compareData(path, one.data, other.data).map((finding) => ({ ...finding, volume: name }));
    return [...data, ...renamed];
  });
}

function compareData(path: string, a: VolumeData, b: VolumeData): Finding[] {
  if (a.kind === "skipped" || b.kind === "skipped") {
    const why = a.kind === "skipped" ? a.why : b.kind === "skipped" ? b.why : "";
    return [{ kind: "skipped", path, a: told(a), b: told(b), note: `data not compared: ${why}` }];
  }
  if (a.kind === "unknown" || b.kind === "unknown") {
    const reasons = [...(a.kind === "unknown" ? [`A: ${a.why}`] : []), ...(b.kind === "unknown" ? [`B: ${b.why}`] : [])];
    return [{ kind: "unknown", path, a: told(a), b: told(b), note: reasons.join("; ") }];
  }
  if (a.kind !== b.kind) {
    const note = "told by a fingerprint on one side, by its bytes on the other";
    return [{ kind: "unknown", path, a: told(a), b: told(b), note }];
  }
  if (a.hash === b.hash) return [];
  return [{ ...difference(path, told(a), told(b)), note: differenceNote(a, b) }];
}

function differenceNote(a: VolumeData, b: VolumeData): string {
  if (a.kind === "fingerprint") return `the fingerprint of ${a.service} differs`;
  const changing = [a, b].flatMap((side) => (side.kind === "bytes" ? side.changing : []));
  if (changing.length === 0) return "its bytes differ";
  const named = [...new Set(changing)].slice(0, 3).join(", ");
  return `its bytes differ, and ${named} changed while it was read: give its service a fingerprint, or stop it`;
}

/** In a few words, for people and for JSON alike. */
function told(data: VolumeData): string {
  switch (data.kind) {
    case "bytes":
      return data.hash.slice(0, 12);
    case "fingerprint":
      return `fingerprint ${data.hash.slice(0, 12)}`;
    default:
      return data.kind;
  }
}

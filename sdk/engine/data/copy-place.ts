/** What a copy reads or writes: a volume, or a folder of the host. */
import type { DockerEngine } from "../docker/docker-engine";
import type { MoverRun } from "../host/mover-container";
import { requireVolume } from "./measure-volumes";

export type CopyPlace =
  /** Docker's name of a volume that is there. */
  | { readonly volume: string }
  /** Absolute path of a folder of the host that is there. */
  | { readonly folder: string };

/** Where the mover sees it. */
export const mountPath = "/volume";

/** A missing volume would be made by mounting it; a missing folder is the engine's own refusal. @throws NOT_FOUND */
export async function requirePlace(docker: DockerEngine, place: CopyPlace): Promise<void> {
  if ("volume" in place) await requireVolume(docker, place.volume);
}

export function mountOf(place: CopyPlace, writable: boolean): Pick<MoverRun, "volumes" | "files"> {
  if ("volume" in place) return { volumes: [{ name: place.volume, path: mountPath, writable }] };
  return { files: [{ source: place.folder, path: mountPath, writable }] };
}

/** What errors call it. */
export function placeName(place: CopyPlace): string {
  return "volume" in place ? place.volume : place.folder;
}

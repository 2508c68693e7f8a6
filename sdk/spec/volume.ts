/** Data that outlives containers. Compose: `volumes`. */
import type { Place } from "./place";
import { compact, fields, filledText, flag } from "./read";

export interface VolumeInput {
  /** Destroying the workload leaves the volume, and the next up re-attaches it. Default true (Compose's `down` keeps volumes too). */
  readonly keep?: boolean;
  /** Refuse every plan that would remove the volume, whatever the command. Default false. */
  readonly protect?: boolean;
  /** Use this existing Docker volume that is not ours: never created, never removed, and it blocks a move. Compose: `external` + `name`. */
  readonly external?: string;
  /** The data may be lost: not copied by a move, removed with the workload. Default false. */
  readonly ephemeral?: boolean;
  /** Several containers of one service may write at once. Default false: replicas > 1 and start-first are refused. */
  readonly shared?: boolean;
}

export interface VolumeSpec {
  readonly keep: boolean;
  readonly protect: boolean;
  readonly external?: string;
  readonly ephemeral: boolean;
  readonly shared: boolean;
}

export function readVolume(value: unknown, place: Place): VolumeSpec {
  const read = volume(value, place) ?? {};
  const spec = compact({
    keep: read.keep ?? read.ephemeral !== true,
    protect: read.protect ?? false,
    external: read.external,
    ephemeral: read.ephemeral ?? false,
    shared: read.shared ?? false,
  }) as VolumeSpec;
  if (spec.protect && !spec.keep)
    place.problem("is protected, and would be removed with the workload; drop 'keep: false', 'ephemeral' or 'protect'");
  if (spec.ephemeral && read.keep === true) place.problem("is both kept and ephemeral; keep one of them");
  if (spec.external !== undefined && !spec.keep)
    place.problem("is external, so it is never removed; drop 'keep: false' or 'ephemeral'");
  return spec;
}

const volume = fields(
  { keep: flag, protect: flag, external: filledText, ephemeral: flag, shared: flag },
  {
    name: "the name is the key; for an existing volume write 'external'",
    driver: "only local volumes can be moved; mount other storage as a folder of the host",
  },
);

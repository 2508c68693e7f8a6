/** Data that outlives containers. Compose: `volumes`. */
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

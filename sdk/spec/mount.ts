/** What appears at a path inside a container: a volume, a folder of the host, memory, or a config. */
import type { ConfigSource } from "./config";

/** A value of a service's `volumes`: the path inside the container, or the long form. */
export type MountInput = string | LongMountInput;

export interface LongMountInput {
  /** Absolute path inside the container. Compose: `target`. */
  readonly path: string;
  /** Default false. Compose: `read_only`. */
  readonly readOnly?: boolean;
  /**
   * Only for a folder of the host (a key that starts with "/"). `expect`: the target host has it already; `copy`: a move carries it.
   * Absent: the mount blocks a move.
   */
  readonly onMove?: "expect" | "copy";
}

export interface TmpfsInput {
  /** Limit, `"64m"` or bytes. Default: none, as Docker. Compose: `size`. */
  readonly size?: string | number;
  /** Octal digits, `"1777"`. Default "1777", as Docker. Compose: `mode`. */
  readonly mode?: string;
}

export interface VolumeMountSpec {
  readonly kind: "volume";
  /** Name in the workload's `volumes`. */
  readonly volume: string;
  readonly path: string;
  readonly readOnly: boolean;
}

export interface BindMountSpec {
  readonly kind: "bind";
  /** Absolute path on the host. */
  readonly source: string;
  readonly path: string;
  readonly readOnly: boolean;
  /** `block`: nothing was declared, so a move is refused. */
  readonly onMove: "block" | "expect" | "copy";
}

export interface TmpfsMountSpec {
  readonly kind: "tmpfs";
  readonly path: string;
  readonly sizeBytes?: number;
  /** Octal digits. */
  readonly mode: string;
}

export interface ConfigMountSpec {
  readonly kind: "config";
  /** Path of the file, or of the folder for a folder source. */
  readonly path: string;
  readonly source: ConfigSource;
  readonly uid: number;
  readonly gid: number;
  /** Octal digits of a file's mode. Absent for file and folder sources: the local x bit decides between 0644 and 0755. */
  readonly mode?: string;
}

export type MountSpec = VolumeMountSpec | BindMountSpec | TmpfsMountSpec | ConfigMountSpec;

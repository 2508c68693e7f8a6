/** What appears at a path inside a container: a volume, a folder of the host, memory, or a config. */

import { byteSize } from "./byte-size";
import type { ConfigSource } from "./config";
import { containerPath, parseContainerPath } from "./container-path";
import { fileMode } from "./file-mode";
import type { Place } from "./place";
import { compact, fields, flag, isRecord, keysOf, listOf, oneOf, requireKeys, text } from "./read";
import { isUnknown } from "./unknown";

/** A value of a service's `volumes`: the path inside the container, or the long form. */
export type MountInput = string | LongMountInput;

export interface LongMountInput {
  /** Absolute path inside the container. Compose: `target`. */
  readonly path: string;
  /** Default false. Compose: `read_only`. */
  readonly readOnly?: boolean;
  /**
   * Only for a folder of the host (a key that starts with "/"). `expect`: the target host has it already; `copy`: it belongs to the
   * workload, and a move carries it to the same path, where there must be none or an empty one. Absent: the mount blocks a move.
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

/** A mount with the place it was written at, for messages about clashes. */
export interface PlacedMount {
  readonly mount: MountSpec;
  readonly place: Place;
}

export function readVolumeMounts(value: unknown, place: Place): PlacedMount[] {
  if (!isRecord(value)) {
    place.expected("an object: volume or absolute path on the host → path in the container", value);
    return [];
  }
  return keysOf(value).flatMap((source) => {
    const at = place.key(source);
    const mount = readVolumeMount(source, value[source], at);
    return mount === undefined ? [] : [{ mount, place: at }];
  });
}

export function readTmpfs(value: unknown, place: Place): PlacedMount[] {
  if (isRecord(value)) return keysOf(value).flatMap((path) => readTmpfsMount(path, value[path], place.key(path)));
  const list = typeof value === "string" && !isUnknown(value) ? [value] : (paths(value, place) ?? []);
  return list.flatMap((path, index) => readTmpfsMount(path, {}, place.index(index)));
}

const paths = listOf(text, "a path, a list of paths, or an object: path → { size, mode }");
const longMount = fields(
  { path: containerPath, readOnly: flag, onMove: oneOf("expect", "copy") },
  {
    target: "write it as 'path'",
    source: "the source is the key",
    type: "a key with '/' is a folder of the host, another one a volume",
  },
);
const tmpfs = fields({ size: byteSize, mode: fileMode });

function readVolumeMount(source: string, value: unknown, place: Place): MountSpec | undefined {
  if (/^[.~]/.test(source)) return refuseRelative(source, value, place);
  if (typeof value === "string" && /:(ro|rw)$/.test(value))
    return place.problem(`write { path: "${value.slice(0, -3)}", readOnly: ${value.endsWith("ro")} }`);
  const read: ReturnType<typeof longMount> = isRecord(value)
    ? longMount(value, place)
    : compact({ path: containerPath(value, place) });
  requireKeys(value, ["path"], place);
  if (read?.path === undefined) return undefined;
  const common = { path: read.path, readOnly: read.readOnly ?? false };
  if (source.startsWith("/")) {
    const folder = source === "/" ? source : parseContainerPath(source);
    if (folder === undefined) return place.problem("is no absolute path without '..'");
    return { kind: "bind", source: folder, ...common, onMove: read.onMove ?? "block" };
  }
  if (read.onMove !== undefined) place.key("onMove").problem("is for folders of the host; a volume is always carried");
  return { kind: "volume", volume: source, ...common };
}

/** A path relative to this machine's folder means nothing on another host; configs carry the content instead. */
function refuseRelative(source: string, value: unknown, place: Place): undefined {
  const path = typeof value === "string" ? value : isRecord(value) ? value.path : undefined;
  const target = typeof path === "string" ? path.replace(/:r[ow]$/, "") : "/path/in/container";
  const kind = /\.[A-Za-z0-9]+$/.test(target) ? "file" : "folder";
  return place.problem(
    `is a path of this machine, which the host does not have; write configs: { ${JSON.stringify(target)}: { ${kind}: ${JSON.stringify(source)} } }, or a volume for data that changes`,
  );
}

function readTmpfsMount(written: string, value: unknown, place: Place): PlacedMount[] {
  const path = containerPath(written, place);
  const read = tmpfs(value, place);
  if (path === undefined || read === undefined) return [];
  const mount = compact({ kind: "tmpfs", path, sizeBytes: read.size, mode: read.mode ?? "1777" }) as TmpfsMountSpec;
  return [{ mount, place }];
}

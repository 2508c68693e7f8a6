/**
 * A file or folder given to a service, by value: what Compose users bind-mount relatively. Keyed by its absolute path in the
 * container. Compose: `configs`.
 */
import { createHash } from "node:crypto";
import { containerPath } from "./container-path";
import { fileMode } from "./file-mode";
import type { ConfigMountSpec, PlacedMount } from "./mount";
import type { Place } from "./place";
import { compact, fields, filledText, isRecord, keysOf, text, wholeNumber } from "./read";
import { isUnknown } from "./unknown";

export interface ConfigInput {
  /** The content itself. */
  readonly text?: string;
  /** A local file, relative to the program's folder. */
  readonly file?: string;
  /** A local folder, relative to the program's folder. */
  readonly folder?: string;
  /** Owner. Default 0. Compose: `uid`, `gid`. */
  readonly uid?: number;
  readonly gid?: number;
  /** Octal digits, `"0640"`. Default: "0644", or "0755" for a local file with the x bit. Compose: `mode`. */
  readonly mode?: string;
  /** Filled by the Workload class, which reads the source: hash of names, x bits and bytes. */
  readonly hash?: string;
  /** Filled by the Workload class when the source cannot be read. */
  readonly error?: { readonly path: string; readonly reason: string };
}

export type ConfigSource =
  | { readonly kind: "text"; readonly text: string; readonly hash: string }
  /** `file` and `folder` are as the program wrote them; compare by hash, it is "" when nobody has read them yet. */
  | { readonly kind: "file"; readonly file: string; readonly hash: string }
  | { readonly kind: "folder"; readonly folder: string; readonly hash: string };

export function readConfigs(value: unknown, place: Place): PlacedMount[] {
  if (!isRecord(value)) {
    place.expected("an object: path in the container → { text | file | folder }", value);
    return [];
  }
  return keysOf(value).flatMap((path) => {
    const at = place.key(path);
    const mount = readConfig(path, value[path], at);
    return mount === undefined ? [] : [{ mount, place: at }];
  });
}

/** What readers of local sources must use too, so that equal content has an equal hash. */
export function hashText(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

const id = wholeNumber(0, 4_294_967_294);
const config = fields(
  {
    text,
    file: filledText,
    folder: filledText,
    uid: id,
    gid: id,
    mode: fileMode,
    hash: text,
    error: fields({ path: text, reason: text }),
  },
  { content: "write it as 'text'", source: "write the local path as 'file' or 'folder'", target: "the target path is the key" },
);

function readConfig(path: string, value: unknown, place: Place): ConfigMountSpec | undefined {
  if (typeof value === "string" && !isUnknown(value))
    return place.problem(`expected { text }, { file } or { folder }, got a string; is it { file: … }?`);
  const target = containerPath(path, place);
  const read = config(value, place);
  if (read?.error?.reason !== undefined) return place.problem(read.error.reason);
  if (read === undefined || target === undefined) return undefined;
  const source = chooseSource(read, value, place);
  if (source === undefined) return undefined;
  const mode = read.mode ?? (source.kind === "text" ? "0644" : undefined);
  return compact({ kind: "config", path: target, source, uid: read.uid ?? 0, gid: read.gid ?? 0, mode }) as ConfigMountSpec;
}

function chooseSource(read: NonNullable<ReturnType<typeof config>>, value: unknown, place: Place): ConfigSource | undefined {
  if (isUnknown(value)) return { kind: "text", text: String(value), hash: String(value) };
  const written = ["text", "file", "folder"].filter((kind) => (value as Record<string, unknown>)[kind] != null);
  if (written.length !== 1) return place.problem(`expected one of text, file, folder, got ${written.join(" and ") || "none"}`);
  const hash = read.hash ?? "";
  if (read.file !== undefined) return { kind: "file", file: read.file, hash };
  if (read.folder !== undefined) return { kind: "folder", folder: read.folder, hash };
  if (read.text === undefined) return undefined;
  return { kind: "text", text: read.text, hash: isUnknown(read.text) ? read.text : hashText(read.text) };
}

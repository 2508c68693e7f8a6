/**
 * `drayage.pins.<stack>.yaml`, committed beside Pulumi.yaml: decisions made outside the program that the next up must respect.
 *
 * workloads:
 *   shop:
 *     host: rack          # where it is kept
 *     instead: cloud      # what the program said when it was pinned; another value there makes the pin void
 *     reason: dray move shop --back
 * images:
 *   api: { contentHash: 3f2a…, identity: 83a2….bf06…, from: staging, at: 2026-03-01T12:00:00.000Z }
 * references:
 *   shop/db: { ref: postgres:16, id: sha256:…, from: staging, at: 2026-03-01T12:00:00.000Z }
 * lost:
 *   rack: { machineId: 4c4c…, at: 2026-03-01T12:00:00.000Z }
 */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse, stringify } from "yaml";
import { DrayageError } from "../spec/drayage-error";
import { didYouMean } from "../spec/nearest-name";

/** A placement. */
export interface Pin {
  readonly host: string;
  readonly instead: string;
  readonly reason?: string;
}

/** Where a pinned image comes from. */
export interface Promoted {
  /** Stack. Its own one: kept as it ran, after a promotion that failed. */
  readonly from: string;
  /** ISO time. */
  readonly at: string;
}

/** An Image that is not built: this very one runs. */
export interface ImagePin extends Promoted {
  readonly contentHash: string;
  readonly identity: string;
}

/** What a ready reference of a service means. Void when the program names another reference. */
export interface ReferencePin extends Promoted {
  readonly ref: string;
  /** On the engine it ran on. */
  readonly id: string;
  /** `postgres@sha256:…`, by which a registry has it. Absent: it came from none. */
  readonly digest?: string;
}

/** A host that somebody declared lost with its data: what lived on that machine may be started elsewhere without being handed over. */
export interface LostHost {
  readonly machineId: string;
  /** ISO time. */
  readonly at: string;
}

export interface Pins {
  /** By the workload's name in the program. */
  readonly workloads: Readonly<Record<string, Pin>>;
  /** By the image's name in the program. */
  readonly images: Readonly<Record<string, ImagePin>>;
  /** By `<workload>/<service>`. */
  readonly references: Readonly<Record<string, ReferencePin>>;
  /** By the host's name in the program. */
  readonly lost: Readonly<Record<string, LostHost>>;
}

export const noPins: Pins = { workloads: {}, images: {}, references: {}, lost: {} };

export const pinsFile = (projectDir: string, stack: string): string => join(projectDir, `drayage.pins.${stack}.yaml`);

/** The folder of the Pulumi.yaml found upward, else undefined. */
export function findProjectDir(from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "Pulumi.yaml")) || existsSync(join(folder, "Pulumi.yml"))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

/** @throws INVALID_PROGRAM naming the file when it is not what it should be: a pin that is overlooked would move data. */
export function readPins(path: string): Pins {
  return existsSync(path) ? parsePins(readFileSync(path, "utf8"), path) : noPins;
}

/** @throws INVALID_PROGRAM naming `where` */
export function parsePins(text: string, where: string): Pins {
  const read = mapOf(yamlOf(text, where), "the file", where);
  const names = Object.keys(noPins);
  for (const name of Object.keys(read))
    if (!names.includes(name)) throw invalid(where, `${name} is no kind of pin${didYouMean(name, names)}`);
  const part = <T>(name: keyof Pins, needs: readonly (keyof T & string)[]): Readonly<Record<string, T>> => {
    const pins = Object.entries(mapOf(read[name], name, where)).map(([key, pin]) => {
      if (needs.every((field) => typeof (pin as Partial<T> | null)?.[field] === "string")) return [key, pin as T] as const;
      throw invalid(where, `${name}.${key} needs ${needs.slice(0, -1).join(", ")} and ${needs.at(-1)}`);
    });
    return Object.fromEntries(pins);
  };
  return {
    workloads: part<Pin>("workloads", ["host", "instead"]),
    images: part<ImagePin>("images", ["contentHash", "identity", "from", "at"]),
    references: part<ReferencePin>("references", ["ref", "id", "from", "at"]),
    lost: part<LostHost>("lost", ["machineId", "at"]),
  };
}

/** The old text or the new one, whenever it is read. A file without pins is removed. */
export function writePins(path: string, pins: Pins): void {
  const parts = Object.entries(pins).filter(([, part]) => Object.keys(part).length > 0);
  if (parts.length === 0) {
    rmSync(path, { force: true });
    return;
  }
  const whole = `${path}.new`;
  writeFileSync(whole, `# Written by dray; undone by: dray unpin NAME\n${stringify(Object.fromEntries(parts))}`);
  renameSync(whole, path);
}

function yamlOf(text: string, where: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    throw invalid(where, `it is no YAML: ${(cause as Error).message.split("\n", 1)[0]?.replace(/:$/, "")}`, cause);
  }
}

/** Nothing written is nothing pinned. */
function mapOf(value: unknown, what: string, where: string): Readonly<Record<string, unknown>> {
  if (value === undefined || value === null) return {};
  if (typeof value === "object" && !Array.isArray(value)) return value as Record<string, unknown>;
  throw invalid(where, `${what} must be names with their pins`);
}

function invalid(where: string, reason: string, cause?: unknown): DrayageError {
  return new DrayageError("INVALID_PROGRAM", `${where}: ${reason}`, {
    hint: "Correct it by hand, or take it back from git; a pin that was overlooked would change what runs.",
    cause,
  });
}

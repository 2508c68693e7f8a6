/** Where a workload's data is to come from, as a person names it: an export, or a host that kept a copy of an earlier move. */
import type { ExportManifest } from "../../engine/export/export-manifest";
import { manifestName, readManifest } from "../../engine/export/export-manifest";
import { type ExportStore, within } from "../../engine/export/export-store";
import { fromKept, sourcesOf, type VolumeSource } from "../../engine/export/fill-volumes";
import type { RunContext } from "../../engine/run-context";
import { DrayageError } from "../../spec/drayage-error";
import type { Fleet, FleetHost } from "../fleet/fleet";
import type { FleetVolume } from "../fleet/list-volumes";
import type { Terminal } from "../terminal/terminal";
import { readPlace, splitExport } from "./export-place";
import { withStore } from "./open-store";

export interface DataSource {
  /** For people: `export ./exports/shop-…`, `the copy that rack kept`. */
  readonly text: string;
  /** ISO time of the moment whose data it is; what was written later is not in it. */
  readonly at: string;
  /** By the program's name. */
  readonly volumes: Readonly<Record<string, VolumeSource>>;
  readonly manifest?: ExportManifest;
}

/** An export is open while `use` runs. @throws NOT_FOUND EXPORT_UNREADABLE USAGE */
export async function withExport<T>(
  written: string,
  terminal: Terminal,
  signal: AbortSignal,
  use: (source: DataSource) => Promise<T>,
): Promise<T> {
  const { parent, name } = splitExport(readPlace(written, terminal.cwd));
  return withStore(parent, terminal, async (store) => {
    const manifest = readManifest(await manifestOf(store, name, written), written);
    const volumes = sourcesOf(store, name, manifest, signal);
    return use({ text: `export ${written}`, at: manifest.at, volumes, manifest });
  });
}

/** Copies that nobody writes to any more: superseded by a move, or kept after a destroy. The newest of each volume. */
export function keptCopies(volumes: readonly FleetVolume[], identity: string): readonly KeptCopy[] {
  const own = volumes.filter((it) => it.identity === identity && (it.state === "superseded" || it.state === "kept"));
  const hosts = [...new Set(own.map((it) => it.host))];
  return hosts.map((host) => {
    const newest = new Map<string, FleetVolume>();
    for (const it of own.filter((volume) => volume.host === host)) {
      const known = newest.get(it.volume);
      if (known === undefined || (it.since ?? "") > (known.since ?? "")) newest.set(it.volume, it);
    }
    const found = [...newest.values()];
    return { host, volumes: found, at: found.map((it) => it.since ?? "").sort()[0] ?? "" };
  });
}

export interface KeptCopy {
  readonly host: string;
  readonly volumes: readonly FleetVolume[];
  /** Since when the oldest of them is out of use. */
  readonly at: string;
}

export function fromKeptCopy(host: FleetHost, copy: KeptCopy, context: RunContext): DataSource {
  const inUse = copy.volumes.find((it) => it.usedBy.length > 0);
  if (inUse !== undefined) {
    throw new DrayageError("DATA_PROTECTED", `${inUse.name} on ${copy.host} is mounted by ${inUse.usedBy.join(", ")}.`, {
      hint: "A copy that something may write to is no source.",
    });
  }
  const volumes = copy.volumes.map((it) => [it.volume, fromKept(host.docker, it.name, it.bytes ?? 0, context)] as const);
  return { text: `the copy that ${copy.host} kept`, at: copy.at, volumes: Object.fromEntries(volumes) };
}

async function manifestOf(store: ExportStore, name: string, written: string): Promise<string> {
  try {
    return await textOf(store, within(name, manifestName));
  } catch (error) {
    if (!(error instanceof DrayageError) || error.code !== "NOT_FOUND") throw error;
    throw new DrayageError("NOT_FOUND", `There is no export at ${written}.`, {
      hint: "Name the folder that `dray export` has made, with the time in its name: exports/shop-20260301T031700Z.",
      cause: error,
    });
  }
}

async function textOf(store: ExportStore, path: string): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of await store.read(path)) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

/** A name that a host of the stack has is that host; everything else is a place. */
export const isHostName = (fleet: Fleet, written: string): boolean => fleet.hosts.some((it) => it.name === written);

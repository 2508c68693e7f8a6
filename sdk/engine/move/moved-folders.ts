/** The folders of the host that services mount, read on both sides: what a move carries, and what it expects to be there. */

import type { WorkloadSpec } from "../../spec/workload";
import { type FolderFact, lookAtFolders } from "../data/look-at-folders";
import type { DockerEngine } from "../docker/docker-engine";
import { label } from "../labels";
import type { FolderRecord } from "../record/host-record";

export interface MountedFolder {
  /** Absolute path, the same on every host. */
  readonly path: string;
  readonly services: readonly string[];
  /** Of several mounts the one that demands most decides. */
  readonly onMove: "block" | "expect" | "copy";
}

export interface FolderFacts {
  readonly folders: readonly MountedFolder[];
  /** By path, of those that are carried. */
  readonly source: ReadonlyMap<string, FolderFact>;
  /** By path, of all that were declared. */
  readonly target: ReadonlyMap<string, FolderFact>;
  /** Where the target's engine keeps its volumes; undefined where no folder was asked for. */
  readonly volumesAt: FolderFact | undefined;
  /** Path → containers of others on one of the hosts that mount it, a part of it or what it lies in: `nginx on rack`. */
  readonly sharedWith: ReadonlyMap<string, readonly string[]>;
  /** What moves have made of folders on the target, by path. */
  readonly recorded: Readonly<Record<string, FolderRecord>>;
}

interface Sides {
  readonly from: DockerEngine;
  readonly to: DockerEngine;
  readonly identity: string;
}

/** Nothing is asked of hosts where no service mounts a folder. */
export async function folderFacts(
  spec: WorkloadSpec,
  { from, to, identity }: Sides,
  recorded: FolderFacts["recorded"],
): Promise<FolderFacts> {
  const folders = mountedFolders(spec);
  const copied = folders.filter(({ onMove }) => onMove === "copy").map(({ path }) => path);
  const declared = folders.filter(({ onMove }) => onMove !== "block").map(({ path }) => path);
  const none = { folders, source: new Map(), target: new Map(), volumesAt: undefined, sharedWith: new Map(), recorded };
  if (declared.length === 0) return none;
  const room = `${(await to.info()).rootDir}/volumes`;
  const [source, target, sharedWith] = await Promise.all([
    lookAtFolders(from, copied),
    lookAtFolders(to, [...declared, room]),
    sharers(copied, [from, to], identity),
  ]);
  const byPath = (list: readonly FolderFact[]) => new Map(list.map((fact) => [fact.path, fact]));
  return { ...none, source: byPath(source), target: byPath(target.slice(0, -1)), volumesAt: target.at(-1), sharedWith };
}

/** Folders that are to be carried, as far as they are there. */
export function carriedFolders({ folders, source }: FolderFacts): string[] {
  return folders.filter(({ onMove, path }) => onMove === "copy" && source.get(path)?.kind === "folder").map(({ path }) => path);
}

/** The name that a superseded folder gets on the target, beside its own; undefined: nothing has to step aside. */
export function asideName(path: string, { target, recorded }: Pick<FolderFacts, "target" | "recorded">): string | undefined {
  const found = target.get(path);
  if (found?.kind !== "folder" || found.empty || recorded[path]?.state !== "superseded") return undefined;
  for (let number = 1; ; number += 1) {
    const name = `${path}.superseded-${number}`;
    if (recorded[name] === undefined) return name;
  }
}

export function mountedFolders({ services }: Pick<WorkloadSpec, "services">): MountedFolder[] {
  const found = new Map<string, MountedFolder>();
  for (const [service, { mounts }] of Object.entries(services)) {
    for (const mount of mounts) {
      if (mount.kind !== "bind") continue;
      const known = found.get(mount.source);
      const onMove = known === undefined ? mount.onMove : strictest(known.onMove, mount.onMove);
      found.set(mount.source, { path: mount.source, services: [...(known?.services ?? []), service], onMove });
    }
  }
  return [...found.values()];
}

const demands = ["expect", "copy", "block"] as const;

function strictest(one: MountedFolder["onMove"], other: MountedFolder["onMove"]): MountedFolder["onMove"] {
  return demands.indexOf(one) > demands.indexOf(other) ? one : other;
}

async function sharers(
  paths: readonly string[],
  engines: readonly DockerEngine[],
  identity: string,
): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  if (paths.length === 0) return found;
  const listed = await Promise.all(engines.map((docker) => docker.listContainers()));
  for (const [index, containers] of listed.entries()) {
    const others = containers.filter(({ Labels }) => Labels[label.identity] !== identity && Labels[label.kind] !== "helper");
    for (const path of paths) {
      const sharing = others.filter(({ Mounts }) =>
        Mounts.some((it) => it.Type === "bind" && it.RW && overlaps(it.Source, path)),
      );
      const names = sharing.map(({ Names, Id }) => `${(Names[0] ?? Id).replace(/^\//, "")} on ${engines[index]?.host}`);
      if (names.length > 0) found.set(path, [...(found.get(path) ?? []), ...names]);
    }
  }
  return found;
}

export function overlaps(one: string, other: string): boolean {
  return isWithin(one, other) || isWithin(other, one);
}

export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === "/" ? "/" : `${folder}/`);
}

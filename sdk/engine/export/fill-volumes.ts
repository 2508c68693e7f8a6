/** Data for a workload's volumes from elsewhere: into new volumes beside what is there, proved, and only then recorded as its own. */
import { volumeName } from "../../spec/docker-names";
import { DrayageError } from "../../spec/drayage-error";
import { openCopy } from "../data/copy-session";
import type { DockerEngine } from "../docker/docker-engine";
import { label } from "../labels";
import type { Owner } from "../record/host-record";
import type { Lease } from "../record/record-store";
import type { RunContext } from "../run-context";
import type { ExportedVolume, ExportManifest } from "./export-manifest";
import { type ExportStore, within } from "./export-store";
import { beginRestore, incomingOf, restored, undoneRestore } from "./restore-records";
import { playVolume } from "./volume-recording";

/** One volume's content, ready to be written into an empty volume. Yields the hash of what arrived, read back. */
export interface VolumeSource {
  /** Of the file or the volume that it comes from. */
  readonly bytes: number;
  /** Over the tree, as it was recorded when the source was made; undefined: nobody hashed it then. */
  readonly rootHash: string | undefined;
  fill(docker: DockerEngine, dockerName: string, onBytes: (done: number) => void): Promise<string>;
}

export interface FillRequest {
  readonly docker: DockerEngine;
  readonly lease: Lease;
  readonly identity: string;
  readonly workload: string;
  readonly owner: Owner;
  /** By the program's name. */
  readonly sources: Readonly<Record<string, VolumeSource>>;
  readonly context: RunContext;
  readonly onBytes?: (volume: string, done: number, total: number) => void;
  /** After everything is proved and before it is recorded: whoever uses the old volumes must have ended. */
  readonly beforeSwitch?: () => Promise<void>;
}

/** @throws VERIFY_FAILED DISK_FULL EXPORT_UNREADABLE …; nothing of it is left then, and what was there is as it was */
export async function fillVolumes(request: FillRequest): Promise<Readonly<Record<string, string>>> {
  const { docker, lease, sources, context } = request;
  const names = await freeNames(request);
  await forgetUnfinished(request);
  const incoming = Object.fromEntries(
    Object.entries(names).map(([name, dockerName]) => [name, { dockerName, keep: true, protect: false }]),
  );
  await lease.change((record) => beginRestore(record, incoming, isoNow(context)));
  try {
    for (const [name, source] of Object.entries(sources)) {
      context.signal.throwIfAborted();
      const dockerName = names[name] ?? "";
      await lease.assertHeld();
      await docker.createVolume(dockerName, labelsOf(request, name));
      const arrived = await source.fill(docker, dockerName, (done) => request.onBytes?.(name, done, source.bytes));
      if (source.rootHash !== undefined && arrived !== source.rootHash) throw different(name, source.rootHash, arrived);
    }
    await request.beforeSwitch?.();
  } catch (error) {
    await forgetUnfinished(request).catch(() => undefined);
    throw error;
  }
  await lease.assertHeld();
  await lease.change((record) => restored(record, isoNow(context)));
  return names;
}

/** Volumes that an unfinished restore made and nobody ever used; the record is the witness of that. */
async function forgetUnfinished({ docker, lease, identity }: FillRequest): Promise<void> {
  let unfinished: readonly string[] = [];
  await lease.change((record) => {
    unfinished = incomingOf(record);
    return record;
  });
  for (const dockerName of unfinished) {
    const found = await docker.inspectVolume(dockerName);
    if (found !== undefined && found.Labels?.[label.identity] === identity) await docker.removeVolume(dockerName);
  }
  if (unfinished.length > 0) await lease.change(undoneRestore);
}

async function freeNames({ docker, identity, workload, sources }: FillRequest): Promise<Record<string, string>> {
  const taken = new Set((await docker.listVolumes()).map((volume) => volume.Name));
  const free = (wished: string): string => {
    for (let number = 1; ; number += 1) {
      const name = number === 1 ? wished : `${wished}-${number}`;
      if (!taken.has(name)) return name;
    }
  };
  return Object.fromEntries(Object.keys(sources).map((name) => [name, free(volumeName(workload, identity, name))]));
}

function labelsOf({ identity, workload, owner }: FillRequest, name: string): Record<string, string> {
  return {
    [label.kind]: "volume",
    [label.identity]: identity,
    [label.workload]: workload,
    [label.stackUid]: owner.stackUid,
    [label.project]: owner.project,
    [label.stack]: owner.stack,
    [label.name]: name,
  };
}

export function fromExport(store: ExportStore, folder: string, exported: ExportedVolume, signal: AbortSignal): VolumeSource {
  return {
    bytes: exported.fileBytes,
    rootHash: exported.rootHash,
    async fill(docker, dockerName, onBytes) {
      const content = await store.read(within(folder, exported.file));
      return (await playVolume(docker, dockerName, { content, ...exported }, { signal, onBytes })).rootHash;
    },
  };
}

export const sourcesOf = (
  store: ExportStore,
  folder: string,
  { volumes }: ExportManifest,
  signal: AbortSignal,
): Record<string, VolumeSource> =>
  Object.fromEntries(Object.entries(volumes).map(([name, volume]) => [name, fromExport(store, folder, volume, signal)]));

/** A volume that a move superseded, or that was kept: nobody writes to it any more. It stays as it is. */
export function fromKept(from: DockerEngine, volume: string, bytes: number, context: RunContext): VolumeSource {
  return {
    bytes,
    rootHash: undefined,
    async fill(docker, dockerName, onBytes) {
      const progress = ({ done }: { readonly done?: number }) => onBytes(done ?? 0);
      const copy = await openCopy({
        source: { docker: from, volume },
        target: { docker, volume: dockerName },
        context,
        progress,
      });
      try {
        await copy.round({ final: true });
        const proof = await copy.verify();
        if (!proof.equal) throw different(volume, "its source", proof.differences.slice(0, 3).join("; "));
        return proof.rootHash;
      } finally {
        await copy.close();
      }
    },
  };
}

const isoNow = ({ clock }: RunContext): string => new Date(clock.now()).toISOString();

function different(volume: string, expected: string, found: string): DrayageError {
  return new DrayageError("VERIFY_FAILED", `What arrived of ${volume} is not what was kept (${expected} instead of ${found}).`, {
    subject: volume,
    hint: "Nothing of it was left on the host. Run the command again, or take another export.",
  });
}

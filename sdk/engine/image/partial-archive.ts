/**
 * A docker-archive that holds only the layers a host lacks. `docker load` opens a layer's file only when its chain of layers is not
 * there yet (moby PR 18727), so the others may be missing; and it takes layers gzip'd.
 */
import { type Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Pack, pack } from "tar-stream";

export interface ArchiveLayer {
  readonly diffId: string;
  /** Its compressed bytes; undefined when the host has the layer, so they stay here. */
  readonly content: { readonly size: number; open(): Readable } | undefined;
}

export interface PartialArchive {
  /** The bytes of the image's configuration, unchanged: their digest is the image's id. */
  readonly config: Buffer;
  readonly configDigest: string;
  /** All of the image's layers, bottom first. */
  readonly layers: readonly ArchiveLayer[];
  /** `repository:tag` given to the image when it is loaded. */
  readonly tags: readonly string[];
}

/** `written` is called with the bytes of every chunk that left. */
export function packPartialArchive(archive: PartialArchive, written: (bytes: number) => void = () => undefined): Readable {
  const tar = pack();
  const out = new Transform({
    highWaterMark: 1 << 18,
    transform: (chunk: Buffer, _encoding, done) => {
      written(chunk.length);
      done(null, chunk);
    },
  });
  fill(tar, archive).catch((error: Error) => tar.destroy(error));
  pipeline(tar, out).catch((error: Error) => out.destroy(error));
  return out;
}

/** Compressed bytes of the layers in the archive. */
export function archiveBytes(archive: PartialArchive): number {
  return carried(archive).reduce((sum, { content }) => sum + content.size, 0);
}

async function fill(tar: Pack, archive: PartialArchive): Promise<void> {
  const configName = `${hex(archive.configDigest)}.json`;
  const manifest = [{ Config: configName, RepoTags: archive.tags, Layers: archive.layers.map(layerName) }];
  tar.entry({ name: "manifest.json", mtime: EPOCH }, JSON.stringify(manifest));
  tar.entry({ name: configName, mtime: EPOCH }, archive.config);
  for (const layer of carried(archive)) {
    await pipeline(layer.content.open(), tar.entry({ name: layerName(layer), size: layer.content.size, mtime: EPOCH }));
  }
  tar.finalize();
}

type CarriedLayer = ArchiveLayer & { readonly content: NonNullable<ArchiveLayer["content"]> };

/** One file per layer: an image may hold the same one twice. */
function carried(archive: PartialArchive): CarriedLayer[] {
  const layers = archive.layers.filter((layer): layer is CarriedLayer => layer.content !== undefined);
  return [...new Map(layers.map((layer) => [layer.diffId, layer])).values()];
}

const EPOCH = new Date(0);
const layerName = (layer: ArchiveLayer): string => `${hex(layer.diffId)}.tar.gz`;
const hex = (digest: string): string => digest.replace(/^sha256:/, "");

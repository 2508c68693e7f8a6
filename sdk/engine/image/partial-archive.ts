/**
 * A docker-archive that holds only the layers a host lacks. `docker load` opens a layer's file only when its chain of layers is not
 * there yet (moby PR 18727), so the others may be missing; and it takes layers gzip'd.
 */
import { type Readable, Transform } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { createGzip, gunzip } from "node:zlib";
import { type Pack, pack } from "tar-stream";

export interface ArchiveLayer {
  readonly diffId: string;
  /** Its compressed bytes; undefined when the host has the layer, so they stay here. */
  readonly content: { readonly size: number; open(): Readable } | undefined;
}

export interface PartialArchive {
  /** The bytes of the image's configuration, unchanged: their digest is the image's id. */
  readonly config: Buffer;
  /** All of the image's layers, bottom first. */
  readonly layers: readonly ArchiveLayer[];
  /** `repository:tag` given to the image when it is loaded. */
  readonly tags: readonly string[];
}

/**
 * Below this the frame (configuration, headers, padding) would count beside the layers: the whole archive is compressed then, its
 * layers as they are, because what is compressed twice grows.
 */
const COMPRESS_BELOW = 4 << 20;
/** A layer that unpacks to more than this stays compressed. */
const UNPACK_BELOW = 64 << 20;

/** `written` is called with the bytes of every chunk that left. */
export function packPartialArchive(archive: PartialArchive, written: (bytes: number) => void = () => undefined): Readable {
  const tar = pack();
  const counted = new Transform({
    highWaterMark: 1 << 18,
    transform: (chunk: Buffer, _encoding, done) => {
      written(chunk.length);
      done(null, chunk);
    },
  });
  const small = archiveBytes(archive) < COMPRESS_BELOW;
  fill(tar, archive, small).catch((error: Error) => tar.destroy(error));
  const sent = small ? pipeline(tar, createGzip({ level: 9, memLevel: 9 }), counted) : pipeline(tar, counted);
  sent.catch((error: Error) => counted.destroy(error));
  return counted;
}

/** Compressed bytes of the layers in the archive. */
export function archiveBytes(archive: PartialArchive): number {
  return carried(archive).reduce((sum, { content }) => sum + content.size, 0);
}

async function fill(tar: Pack, archive: PartialArchive, unpack: boolean): Promise<void> {
  const nameOf = layerNames(archive);
  const manifest = [{ Config: CONFIG, RepoTags: archive.tags, Layers: archive.layers.map(nameOf) }];
  tar.entry({ name: "manifest.json", mtime: EPOCH }, JSON.stringify(manifest));
  tar.entry({ name: CONFIG, mtime: EPOCH }, archive.config);
  for (const layer of carried(archive)) {
    if (unpack) {
      tar.entry({ name: nameOf(layer), mtime: EPOCH }, await unpacked(await buffer(layer.content.open())));
      continue;
    }
    await pipeline(layer.content.open(), tar.entry({ name: nameOf(layer), size: layer.content.size, mtime: EPOCH }));
  }
  tar.finalize();
}

/** gzip's bytes unpacked, where they are gzip's and not many; else as they are. */
async function unpacked(content: Buffer): Promise<Buffer> {
  const isGzip = content[0] === 0x1f && content[1] === 0x8b;
  return isGzip ? promisify(gunzip)(content, { maxOutputLength: UNPACK_BELOW }).catch(() => content) : content;
}

type CarriedLayer = ArchiveLayer & { readonly content: NonNullable<ArchiveLayer["content"]> };

/** One file per layer: an image may hold the same one twice. */
function carried(archive: PartialArchive): CarriedLayer[] {
  const layers = archive.layers.filter((layer): layer is CarriedLayer => layer.content !== undefined);
  return [...new Map(layers.map((layer) => [layer.diffId, layer])).values()];
}

/** Short, because a digest in the manifest is bytes that do not compress. The engine takes any name. */
function layerNames(archive: PartialArchive): (layer: ArchiveLayer) => string {
  const order = archive.layers.map(({ diffId }) => diffId);
  return ({ diffId }) => `layer-${order.indexOf(diffId)}`;
}

const CONFIG = "config.json";
const EPOCH = new Date(0);

/**
 * Reads `GET /images/…/get` as it streams and keeps only the wanted layers, compressed, in the cache. Engines before 25 name layers
 * after ids that only the manifest at the end explains, so layers wait on disk until then.
 */
import { randomBytes } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, open, readFile, rm } from "node:fs/promises";
import { join, posix } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { extract } from "tar-stream";
import type { BlobWriter, LayerCache } from "./layer-cache";

export interface SavedLayersRequest {
  readonly archive: Readable;
  readonly wanted: readonly string[];
  readonly cache: LayerCache;
}

export interface SavedLayers {
  readonly configDigest: string;
  /** Bytes of the archive. */
  readonly received: number;
}

/** Small files are looked at whole, everything larger is a layer. */
const SMALL = 1 << 20;

export async function readSavedLayers(request: SavedLayersRequest): Promise<SavedLayers> {
  const folder = join(request.cache.folder, "incoming", `saved-${randomBytes(6).toString("hex")}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    const { files, received } = await unpack(request.archive, folder);
    return { configDigest: await keepWanted(files, request), received };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function unpack(archive: Readable, folder: string): Promise<{ files: Map<string, string>; received: number }> {
  const files = new Map<string, string>();
  const links = new Map<string, string>();
  const tar = extract();
  let received = 0;
  archive.on("data", (chunk: Buffer) => {
    received += chunk.length;
  });
  const fed = pipeline(archive, tar);
  fed.catch(() => undefined);
  for await (const entry of tar) {
    const { name, type, linkname } = entry.header;
    if (type === "symlink" && linkname) links.set(name, posix.join(posix.dirname(name), linkname));
    if (type !== "file") {
      entry.resume();
      continue;
    }
    const path = join(folder, String(files.size));
    await pipeline(entry, createWriteStream(path, { mode: 0o600 }));
    files.set(name, path);
  }
  await fed;
  for (const [name, target] of links) {
    const path = files.get(target);
    if (path !== undefined) files.set(name, path);
  }
  return { files, received };
}

async function keepWanted(files: ReadonlyMap<string, string>, { wanted, cache }: SavedLayersRequest): Promise<string> {
  const manifest = JSON.parse((await small(files, "manifest.json")).toString()) as { Config: string; Layers: string[] }[];
  const image = manifest[0];
  if (image === undefined) throw new Error("the saved image has an empty manifest");
  const config = await small(files, image.Config);
  const { rootfs } = JSON.parse(config.toString()) as { rootfs: { diff_ids: string[] } };
  for (const [index, diffId] of rootfs.diff_ids.entries()) {
    const path = files.get(image.Layers[index] ?? "");
    if (path === undefined || !wanted.includes(diffId)) continue;
    const known = await cache.layerByDiffId(diffId);
    if (known !== undefined && (await cache.size(known.digest)) === known.size) continue;
    const blob = await cache.write();
    await compress(path, blob);
    const size = blob.written;
    await cache.remember({ diffId, digest: await blob.commitAsIs(), size });
  }
  const blob = await cache.write();
  await blob.append(config);
  return blob.commitAsIs();
}

async function compress(path: string, blob: BlobWriter): Promise<void> {
  const compressed = (await startsAsGzip(path)) ? createReadStream(path) : createReadStream(path).pipe(createGzip());
  try {
    for await (const chunk of compressed) await blob.append(chunk as Buffer);
  } catch (error) {
    await blob.abort();
    throw error;
  }
}

async function startsAsGzip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer.readUInt16BE(0) === 0x1f8b;
  } finally {
    await file.close();
  }
}

async function small(files: ReadonlyMap<string, string>, name: string): Promise<Buffer> {
  const path = files.get(name);
  if (path === undefined) throw new Error(`the saved image has no ${name}`);
  const content = await readFile(path);
  if (content.length > SMALL) throw new Error(`the saved image's ${name} is too large`);
  return content;
}

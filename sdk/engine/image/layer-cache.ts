/**
 * Compressed layers and image configurations on the operator's disk, by digest. What is remembered about a layer (its digest and
 * size when compressed) outlives its bytes, so that a layer the target has is recognised without being kept here.
 */
import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";

export interface KnownLayer {
  /** Of the uncompressed tar: the same on every engine. */
  readonly diffId: string;
  /** Of the compressed bytes. */
  readonly digest: string;
  /** Compressed bytes. */
  readonly size: number;
}

/** Bytes on their way into the cache; nothing is visible before `commit`. */
export interface BlobWriter {
  readonly written: number;
  append(chunk: Buffer): Promise<void>;
  /** @returns false when the bytes are not those of the digest; they are dropped then. */
  commit(digest: string): Promise<boolean>;
  /** The digest of what was written so far, and that is committed under it. */
  commitAsIs(): Promise<string>;
  abort(): Promise<void>;
}

export interface LayerCache {
  /** Bytes of a blob that is here; undefined when it is not. */
  size(digest: string): Promise<number | undefined>;
  read(digest: string): Promise<Buffer>;
  stream(digest: string): Readable;
  write(): Promise<BlobWriter>;
  /** Drops bytes that proved bad; what is remembered about the layer goes with them. */
  forget(layer: KnownLayer): Promise<void>;
  remember(layer: KnownLayer): Promise<void>;
  layerByDiffId(diffId: string): Promise<KnownLayer | undefined>;
  layerByDigest(digest: string): Promise<KnownLayer | undefined>;
  /** Removes what was used longest ago until the cache is within its bound. */
  trim(): Promise<void>;
  readonly folder: string;
}

export async function openLayerCache(options: { folder: string; maxBytes: number }): Promise<LayerCache> {
  const { folder, maxBytes } = options;
  const [blobs, facts, incoming] = ["blobs", "layers", "incoming"].map((name) => join(folder, name)) as [string, string, string];
  for (const path of [blobs, facts, incoming]) await mkdir(path, { recursive: true, mode: 0o700 });
  const blobPath = (digest: string) => join(blobs, hex(digest));
  const factPath = (id: string) => join(facts, hex(id));
  const recall = async (id: string): Promise<KnownLayer | undefined> => {
    const text = await readFile(factPath(id), "utf8").catch(absent);
    return text === undefined ? undefined : parseLayer(text);
  };

  return {
    folder,
    size: async (digest) => {
      const found = await stat(blobPath(digest)).catch(absent);
      if (found !== undefined) await utimes(blobPath(digest), new Date(), new Date()).catch(absent);
      return found?.size;
    },
    read: (digest) => readFile(blobPath(digest)),
    stream: (digest) => createReadStream(blobPath(digest), { highWaterMark: 1 << 18 }),
    write: async () => {
      const path = join(incoming, randomBytes(9).toString("hex"));
      return blobWriter(await open(path, "wx", 0o600), path, blobPath);
    },
    forget: async (layer) => {
      for (const path of [blobPath(layer.digest), factPath(layer.digest), factPath(layer.diffId)])
        await rm(path, { force: true });
    },
    // Whole files in one rename: two runs may share the cache.
    remember: async (layer) => {
      for (const path of [factPath(layer.diffId), factPath(layer.digest)]) {
        const draft = join(incoming, randomBytes(9).toString("hex"));
        await writeFile(draft, JSON.stringify(layer), { mode: 0o600 });
        await rename(draft, path);
      }
    },
    layerByDiffId: recall,
    layerByDigest: recall,
    trim: () => trim(blobs, incoming, maxBytes),
  };
}

function blobWriter(file: FileHandle, path: string, blobPath: (digest: string) => string): BlobWriter {
  const hash = createHash("sha256");
  let written = 0;
  const abort = async () => {
    await file.close().catch(() => undefined);
    await rm(path, { force: true });
  };
  const keep = async (digest: string) => {
    await file.close();
    await rename(path, blobPath(digest));
  };
  return {
    get written() {
      return written;
    },
    append: async (chunk) => {
      hash.update(chunk);
      await file.writeFile(chunk);
      written += chunk.length;
    },
    commit: async (digest) => {
      const good = `sha256:${hash.digest("hex")}` === digest;
      await (good ? keep(digest) : abort());
      return good;
    },
    commitAsIs: async () => {
      const digest = `sha256:${hash.digest("hex")}`;
      await keep(digest);
      return digest;
    },
    abort,
  };
}

async function trim(blobs: string, incoming: string, maxBytes: number): Promise<void> {
  const dayAgo = Date.now() - 86_400_000;
  for (const { path, usedAt } of await list(incoming)) if (usedAt < dayAgo) await rm(path, { force: true });
  const files = (await list(blobs)).sort((a, b) => a.usedAt - b.usedAt);
  let total = files.reduce((sum, file) => sum + file.size, 0);
  for (const file of files) {
    if (total <= maxBytes) return;
    await rm(file.path, { force: true });
    total -= file.size;
  }
}

async function list(folder: string): Promise<{ path: string; size: number; usedAt: number }[]> {
  const files = await Promise.all(
    (await readdir(folder)).map(async (name) => {
      const path = join(folder, name);
      const found = await stat(path).catch(absent);
      return found === undefined ? undefined : { path, size: found.size, usedAt: found.mtimeMs };
    }),
  );
  return files.filter((file) => file !== undefined);
}

function parseLayer(text: string): KnownLayer | undefined {
  try {
    const layer = JSON.parse(text) as KnownLayer;
    return typeof layer.digest === "string" && typeof layer.diffId === "string" && layer.size > 0 ? layer : undefined;
  } catch {
    return undefined;
  }
}

/** Digests come off the network and become file names. */
function hex(digest: string): string {
  const match = /^sha256:([0-9a-f]{64})$/.exec(digest);
  if (match?.[1] === undefined) throw new Error(`not a sha256 digest: ${digest.slice(0, 80)}`);
  return match[1];
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
  return undefined;
}

/** Compressed size of the layers that one version of an image has and the one before has not: gzip, as registries keep them. */
import { Readable } from "node:stream";
import { createGzip } from "node:zlib";
import { extract } from "tar-stream";
import type { HostHandle } from "../../../sdk/engine/host/host-handle";

export async function changedLayerBytes({ docker }: HostHandle, before: string, after: string): Promise<number> {
  const [old, now] = await Promise.all([docker.inspectImage(before), docker.inspectImage(after)]);
  const layersOf = (image: typeof old): readonly string[] => image?.RootFS?.Layers ?? [];
  const changed = layersOf(now).flatMap((diffId, index) => (layersOf(old)[index] === diffId ? [] : [index]));
  const sizes = await compressedLayers(await docker.saveImage(after));
  return changed.reduce((sum, index) => sum + (sizes[index] ?? Number.NaN), 0);
}

/** Bottom first, in the order of the archive's manifest, which comes after the layers. */
async function compressedLayers(archive: Readable): Promise<number[]> {
  const sizes = new Map<string, number>();
  const links = new Map<string, string>();
  let manifest: { Layers: string[] }[] = [];
  for await (const entry of archive.pipe(extract())) {
    const { name, type, linkname } = entry.header;
    if (name === "manifest.json") manifest = JSON.parse(await textOf(entry)) as typeof manifest;
    else if (name.endsWith("layer.tar") && type === "file") sizes.set(name, await compressedSize(entry));
    else if (name.endsWith("layer.tar") && linkname) links.set(name, linkname.replace(/^(\.\.\/)+/, ""));
    else entry.resume();
  }
  return (manifest[0]?.Layers ?? []).map((name) => sizes.get(links.get(name) ?? name) ?? Number.NaN);
}

async function compressedSize(layer: AsyncIterable<unknown>): Promise<number> {
  let bytes = 0;
  for await (const chunk of Readable.from(layer).pipe(createGzip())) bytes += (chunk as Buffer).length;
  return bytes;
}

async function textOf(stream: AsyncIterable<unknown>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** Images made of bytes, without a build: each layer is a tar with one file. */
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";

export interface TinyImage {
  /** A docker-archive. */
  readonly archive: Buffer;
  readonly id: string;
  readonly diffIds: readonly string[];
  /** Compressed bytes of each layer. */
  readonly compressed: readonly number[];
}

export async function tinyImage(options: {
  tag: string;
  layers: readonly Buffer[];
  architecture?: string;
  labels?: Record<string, string>;
  /** Paths it declares as VOLUME. */
  volumes?: readonly string[];
}): Promise<TinyImage> {
  const layers = await Promise.all(options.layers.map((content) => tarOf([["file", content]])));
  const diffIds = layers.map(digest);
  const config = Buffer.from(
    JSON.stringify({
      architecture: options.architecture ?? "amd64",
      os: "linux",
      config: {
        Cmd: ["/file"],
        Labels: options.labels ?? {},
        ...(options.volumes && { Volumes: Object.fromEntries(options.volumes.map((path) => [path, {}])) }),
      },
      rootfs: { type: "layers", diff_ids: diffIds },
      history: layers.map((_, index) => ({ created_by: `layer ${index}` })),
    }),
  );
  const id = digest(config);
  const manifest = [
    { Config: `${id.slice(7)}.json`, RepoTags: [options.tag], Layers: diffIds.map((diffId) => `${diffId.slice(7)}.tar`) },
  ];
  const archive = await tarOf([
    ["manifest.json", Buffer.from(JSON.stringify(manifest))],
    [`${id.slice(7)}.json`, config],
    ...layers.map((layer, index): [string, Buffer] => [`${diffIds[index]?.slice(7)}.tar`, layer]),
  ]);
  return { archive, id, diffIds, compressed: layers.map((layer) => gzipSync(layer).length) };
}

async function tarOf(files: readonly [string, Buffer][]): Promise<Buffer> {
  const tar = pack();
  for (const [name, content] of files) tar.entry({ name, mtime: new Date(0) }, content);
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function digest(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** A registry that lets one user pull one image, for tests of what a host asks and sends. */
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { extract } from "tar-stream";

export interface DownloadRegistry {
  readonly address: string;
  /** Of the image's manifest: `NAME@digest` pulls it. */
  readonly digest: string;
  close(): Promise<void>;
}

export async function serveImage(archive: Buffer, user?: { name: string; password: string }): Promise<DownloadRegistry> {
  const files = await filesOf(archive);
  const [{ Config, Layers }] = JSON.parse(files.get("manifest.json")?.toString() ?? "") as [{ Config: string; Layers: string[] }];
  const blobs = new Map<string, Buffer>();
  const descriptor = (mediaType: string, bytes: Buffer) => {
    blobs.set(digest(bytes), bytes);
    return { mediaType, size: bytes.length, digest: digest(bytes) };
  };
  const file = (name: string) => files.get(name) ?? Buffer.alloc(0);
  const mediaType = "application/vnd.docker.distribution.manifest.v2+json";
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType,
    config: descriptor("application/vnd.docker.container.image.v1+json", file(Config)),
    layers: Layers.map((name) => descriptor("application/vnd.docker.image.rootfs.diff.tar.gzip", gzipSync(file(name)))),
  });
  const expected = user && `Basic ${Buffer.from(`${user.name}:${user.password}`).toString("base64")}`;
  const server = createServer((request, response) => {
    if (expected !== undefined && request.headers.authorization !== expected) {
      response.writeHead(401, { "WWW-Authenticate": 'Basic realm="test"' }).end();
      return;
    }
    const [, kind, name = ""] = /\/(manifests|blobs)\/(.+)$/.exec(request.url ?? "") ?? [];
    const body = kind === "manifests" ? Buffer.from(manifest) : kind === "blobs" ? blobs.get(name) : Buffer.from("{}");
    const type = kind === "manifests" ? mediaType : "application/octet-stream";
    response.writeHead(body === undefined ? 404 : 200, { "Content-Type": type, "Content-Length": String(body?.length ?? 0) });
    response.end(request.method === "HEAD" ? undefined : body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    digest: digest(Buffer.from(manifest)),
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function filesOf(archive: Buffer): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  const tar = extract();
  tar.end(archive);
  for await (const entry of tar) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    files.set(entry.header.name, Buffer.concat(chunks));
  }
  return files;
}

const digest = (bytes: Buffer): string => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

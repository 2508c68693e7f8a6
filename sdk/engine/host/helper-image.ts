/** The mover's image: FROM scratch, made here from the binary that came with the package. No registry, no build on the host. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pack } from "tar-stream";
import { DrayageError } from "../../spec/drayage-error";
import type { DockerEngine } from "../docker/docker-engine";
import { label } from "../labels";

/**
 * Makes sure that the host has the mover's image and yields its reference. The tag is the binary's hash, so that the second
 * call is one inspect and two versions of drayage can share a host.
 * @throws HOST_UNSUPPORTED when there is no mover for the host's architecture
 */
export async function ensureMover(docker: DockerEngine, moverDir: string = defaultMoverDir()): Promise<string> {
  const { arch } = await docker.info();
  const binary = await readBinary(moverDir, arch, docker.host);
  const ref = `drayage/mover:${createHash("sha256").update(binary).digest("hex").slice(0, 12)}`;
  let image = await docker.inspectImage(ref);
  if (image === undefined) {
    await docker.loadImage(await imageArchive(ref, arch, binary));
    image = await docker.inspectImage(ref);
  }
  // An engine loads an image of a foreign architecture without complaint; it only fails at the first start.
  if (image?.Architecture !== arch) {
    throw new DrayageError(
      "HOST_UNSUPPORTED",
      `the helper image is ${image?.Architecture ?? "missing"} after loading, not ${arch}`,
      {
        subject: docker.host,
      },
    );
  }
  return ref;
}

/** `dist/mover` of this package, seen from dist/sdk/engine/host and from sdk/engine/host. */
export function defaultMoverDir(): string {
  const compiled = join(__dirname, "../../../mover");
  return existsSync(compiled) ? compiled : join(__dirname, "../../../dist/mover");
}

/** A docker-archive with one layer holding one file, the same bytes for the same binary. */
export async function imageArchive(ref: string, arch: string, binary: Buffer): Promise<Buffer> {
  const layer = await tar([{ name: "mover", mode: 0o755, content: binary }]);
  const config = {
    architecture: arch,
    os: "linux",
    created: "1970-01-01T00:00:00Z",
    config: { Entrypoint: ["/mover"], Labels: { [label.kind]: "helper" } },
    rootfs: { type: "layers", diff_ids: [`sha256:${sha256(layer)}`] },
    history: [{ created: "1970-01-01T00:00:00Z", created_by: "drayage" }],
  };
  const configJson = Buffer.from(JSON.stringify(config));
  const configName = `${sha256(configJson)}.json`;
  const manifest = [{ Config: configName, RepoTags: [ref], Layers: ["layer.tar"] }];
  return tar([
    { name: "layer.tar", mode: 0o644, content: layer },
    { name: configName, mode: 0o644, content: configJson },
    { name: "manifest.json", mode: 0o644, content: Buffer.from(JSON.stringify(manifest)) },
  ]);
}

async function readBinary(moverDir: string, arch: string, host: string): Promise<Buffer> {
  try {
    return await readFile(join(moverDir, `mover-linux-${arch}`));
  } catch (cause) {
    throw new DrayageError("HOST_UNSUPPORTED", `there is no mover for linux/${arch} in ${moverDir}`, {
      subject: host,
      hint: "Build it with `node sdk/mover/build.mjs`, or reinstall the package.",
      cause,
    });
  }
}

async function tar(files: readonly { name: string; mode: number; content: Buffer }[]): Promise<Buffer> {
  const archive = pack();
  for (const { name, mode, content } of files) archive.entry({ name, mode, mtime: new Date(0) }, content);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function sha256(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Manifests that a push left behind, in memory: by tag and by digest, because an index names its images by digest. */
import { createHash } from "node:crypto";
import type { LayerCache } from "./layer-cache";
import type { PushedImage } from "./layer-registry";

interface Manifest {
  readonly config?: { readonly digest: string };
  readonly layers?: readonly { readonly digest: string; readonly size: number }[];
  /** Of an index (containerd stores push one). */
  readonly manifests?: readonly { readonly digest: string; readonly annotations?: Readonly<Record<string, string>> }[];
}

export class PushedManifests {
  private readonly byReference = new Map<string, Manifest>();

  constructor(private readonly cache: LayerCache) {}

  /** @returns the manifest's digest. */
  async put(reference: string, bytes: Buffer): Promise<string> {
    const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
    const manifest = JSON.parse(bytes.toString()) as Manifest;
    this.byReference.set(reference, manifest);
    this.byReference.set(digest, manifest);
    await this.learnLayers(manifest);
    return digest;
  }

  async imageOf(tag: string): Promise<PushedImage | undefined> {
    const manifest = this.image(this.byReference.get(tag));
    if (manifest?.config === undefined) return undefined;
    return { configDigest: manifest.config.digest, layers: manifest.layers ?? [] };
  }

  forget(tag: string): void {
    this.byReference.delete(tag);
  }

  /** Attestations stand in an index beside the image; they have no layers to run. */
  private image(manifest: Manifest | undefined): Manifest | undefined {
    if (manifest?.manifests === undefined) return manifest;
    return manifest.manifests
      .filter((entry) => entry.annotations?.["vnd.docker.reference.type"] === undefined)
      .map((entry) => this.byReference.get(entry.digest))
      .find((found) => found !== undefined);
  }

  /** The configuration lists the uncompressed layers in the order of the manifest's compressed ones. */
  private async learnLayers(manifest: Manifest): Promise<void> {
    const { config, layers } = manifest;
    if (config === undefined || layers === undefined || (await this.cache.size(config.digest)) === undefined) return;
    const { rootfs } = JSON.parse((await this.cache.read(config.digest)).toString()) as { rootfs?: { diff_ids?: string[] } };
    const diffIds = rootfs?.diff_ids ?? [];
    if (diffIds.length !== layers.length) return;
    for (const [index, { digest, size }] of layers.entries()) {
      const diffId = diffIds[index];
      if (diffId !== undefined) await this.cache.remember({ diffId, digest, size });
    }
  }
}

/**
 * Carries an image from one engine to another without a registry: only the layers that the target lacks, compressed, through the
 * operator's cache, and proves afterwards that the same image is there.
 */
import { DrayageError } from "../../spec/drayage-error";
import type { HostHandle } from "../host/host-handle";
import type { Progress } from "../report";
import type { RunContext } from "../run-context";
import { checkArchitecture } from "./check-architecture";
import { type CollectMeans, collectLayers } from "./collect-layers";
import { type ImageIdentity, identityOf, sameImage } from "./image-identity";
import { sendLayers } from "./send-layers";
import { presentLayers, readLayerChains } from "./target-layers";

export interface ShipRequest {
  readonly from: HostHandle;
  readonly to: HostHandle;
  /** The image in the user's words, for messages. */
  readonly name: string;
  /** Reference or id on `from`. */
  readonly ref: string;
  /** `repository:tag` it gets on `to`. */
  readonly tags: readonly string[];
  readonly context: RunContext;
  progress?(progress: Progress): void;
}

export interface Shipped {
  /** Id on the target: what a container is created from. */
  readonly id: string;
  readonly identity: ImageIdentity;
  /** Bytes written to the target's connection; 0 when the image was there. */
  readonly bytes: number;
  /** Bytes read from the source's engine; 0 when the operator's cache had the layers. */
  readonly bytesRead: number;
  readonly seconds: number;
  readonly layersSent: number;
}

/** What ships share in a run. */
export type ShipMeans = CollectMeans;

/** @throws IMAGE_NOT_FOUND ARCH_MISMATCH IMAGE_MISMATCH DISK_FULL CANCELLED */
export async function shipImage(request: ShipRequest, means: ShipMeans): Promise<Shipped> {
  const { from, to, name, context } = request;
  const started = context.clock.monotonic();
  const source = await sourceIdentity(request);
  checkArchitecture({ image: name, platform: source.platform, host: { name: to.name, arch: to.measured.arch } });
  const found = await findSame(request, source);
  const sent = found === undefined ? await carry(request, source, means) : nothingSent;
  const id = found ?? (await findSame(request, source));
  if (id === undefined) {
    throw new DrayageError("IMAGE_MISMATCH", `${to.name} did not end up with the image ${name} that ${from.name} has`, {
      subject: `image ${name} on ${to.name}`,
      hint: "Run the same command again; if it stays so, remove the image there and report this.",
    });
  }
  await nameIt(request, id);
  return { id, identity: source, ...sent, seconds: (context.clock.monotonic() - started) / 1000 };
}

async function sourceIdentity({ from, name, ref }: ShipRequest): Promise<ImageIdentity> {
  const image = await from.docker.inspectImage(ref);
  if (image !== undefined) return identityOf(image, from.measured.imageStore);
  throw new DrayageError("IMAGE_NOT_FOUND", `${from.name} has no image ${ref}`, { subject: `image ${name} on ${from.name}` });
}

type Sent = Pick<Shipped, "bytes" | "bytesRead" | "layersSent">;
const nothingSent: Sent = { bytes: 0, bytesRead: 0, layersSent: 0 };

async function carry(request: ShipRequest, source: ImageIdentity, means: ShipMeans): Promise<Sent> {
  const { from, to, ref, context } = request;
  // A containerd store takes archives with all layers only.
  const partial = to.measured.imageStore === "graphdriver";
  const present = partial ? presentLayers(await readLayerChains(to.docker), source.diffIds) : 0;
  const progress = (progress: Progress) => request.progress?.(progress);

  const attempt = async (skip: number) => {
    const wanted = [...new Set(source.diffIds.slice(skip))];
    const image = await collectLayers({ from, imageId: ref, wanted, signal: context.signal, progress, ...source }, means);
    const sent = await sendLayers(
      { to, image, diffIds: source.diffIds, skip, tags: request.tags, context, progress, name: request.name },
      means.cache,
    );
    return { ...sent, bytesRead: image.received };
  };
  try {
    return await attempt(present);
  } catch (error) {
    // The target may have lost layers since we looked (somebody pruned), or our cache may hold bad bytes: once more, with all.
    if (!(error instanceof DrayageError) || error.code !== "DOCKER_FAILED" || context.signal.aborted) throw error;
    for (const diffId of source.diffIds) {
      const layer = await means.cache.layerByDiffId(diffId);
      if (layer !== undefined) await means.cache.forget(layer);
    }
    return attempt(0);
  } finally {
    await means.cache.trim();
  }
}

/** Id of the very same image on the target. */
async function findSame({ to, tags }: ShipRequest, source: ImageIdentity): Promise<string | undefined> {
  for (const candidate of [...tags, source.configDigest]) {
    const image = candidate === undefined ? undefined : await to.docker.inspectImage(candidate);
    if (image !== undefined && sameImage(identityOf(image, to.measured.imageStore), source)) return image.Id;
  }
  return undefined;
}

async function nameIt({ to, tags }: ShipRequest, id: string): Promise<void> {
  for (const tag of tags) {
    if ((await to.docker.inspectImage(tag))?.Id === id) continue;
    const colon = tag.lastIndexOf(":");
    await to.docker.tagImage(id, tag.slice(0, colon), tag.slice(colon + 1));
  }
}

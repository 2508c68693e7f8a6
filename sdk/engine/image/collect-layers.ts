/**
 * Brings the wanted layers of an image from an engine into the operator's cache. First way: the engine pushes to our registry
 * endpoint, which refuses nothing but what is already here. Where the engine cannot reach it (forwarding forbidden, an engine in a
 * virtual machine), the saved image is read as a stream and the unwanted layers are dropped.
 */
import { randomBytes } from "node:crypto";
import { addAbortSignal } from "node:stream";
import { DrayageError } from "../../spec/drayage-error";
import type { HostHandle } from "../host/host-handle";
import type { Progress } from "../report";
import type { KnownLayer, LayerCache } from "./layer-cache";
import { type LayerRegistry, type PushedImage, pushRepository } from "./layer-registry";
import type { RegistryWays } from "./registry-ways";
import { readSavedLayers } from "./saved-layers";

export interface CollectRequest {
  readonly from: HostHandle;
  /** Id on that host. */
  readonly imageId: string;
  /** All of the image's layers, bottom first. */
  readonly diffIds: readonly string[];
  /** Those whose bytes are wanted. */
  readonly wanted: readonly string[];
  /** Where known, the image's configuration, so that nothing is asked for what the cache holds. */
  readonly configDigest: string | undefined;
  readonly signal: AbortSignal;
  progress(progress: Progress): void;
}

export interface CollectedImage {
  readonly configDigest: string;
  readonly config: Buffer;
  /** Every wanted layer by its diffId. */
  readonly layers: ReadonlyMap<string, KnownLayer>;
  /** Bytes that came from the engine. */
  readonly received: number;
}

export interface CollectMeans {
  readonly cache: LayerCache;
  readonly registry: LayerRegistry;
  readonly ways: RegistryWays;
}

export async function collectLayers(request: CollectRequest, means: CollectMeans): Promise<CollectedImage> {
  const { from, signal, configDigest } = request;
  const held = await fromCache(request, means.cache, configDigest, 0);
  if (held !== undefined) return held;
  const port = await means.ways.portOn(from).catch((error: unknown) => {
    if (signal.aborted || isFinal(error)) throw error;
    return undefined;
  });
  if (port === undefined) return save(request, means.cache);
  try {
    // A push that ran meanwhile may have told the engine that a layer is not needed which we need: the second push asks again.
    return (await push(request, means, port)) ?? (await push(request, means, port)) ?? (await save(request, means.cache));
  } catch (error) {
    if (signal.aborted || isFinal(error)) throw error;
    await means.ways.forget(from);
    return save(request, means.cache);
  }
}

async function push(request: CollectRequest, means: CollectMeans, port: number): Promise<CollectedImage | undefined> {
  const { from, imageId, wanted, signal } = request;
  const tag = randomBytes(8).toString("hex");
  const repository = `127.0.0.1:${port}/${pushRepository}`;
  const expected = means.registry.expect(tag, wanted);
  try {
    await from.docker.tagImage(imageId, repository, tag);
    const tell = () => request.progress({ text: `reading layers on ${from.name}`, done: expected.received, unit: "bytes" });
    await from.docker.pushImage(`${repository}:${tag}`, undefined, tell, signal);
    const pushed = await expected.pushed();
    return pushed && (await fromCache(request, means.cache, pushed.configDigest, expected.received, pushed));
  } finally {
    expected.close();
    await untag(from, imageId, `${repository}:${tag}`);
  }
}

async function save(request: CollectRequest, cache: LayerCache): Promise<CollectedImage> {
  const { from, imageId } = request;
  request.progress({ text: `${from.name} cannot reach this machine back: reading its whole image` });
  const archive = addAbortSignal(request.signal, await from.docker.saveImage(imageId));
  const saved = await readSavedLayers({ ...request, archive, cache });
  const collected = await fromCache(request, cache, saved.configDigest, saved.received);
  if (collected === undefined) {
    throw new DrayageError("DOCKER_FAILED", `${from.name} handed over image ${imageId} without all of its layers`, {
      subject: `save image on ${from.name}`,
      hint: "Run the same command again; the image may have been removed meanwhile.",
    });
  }
  return collected;
}

async function fromCache(
  request: CollectRequest,
  cache: LayerCache,
  configDigest: string | undefined,
  received: number,
  pushed?: PushedImage,
): Promise<CollectedImage | undefined> {
  if (configDigest === undefined || (await cache.size(configDigest)) === undefined) return undefined;
  const layers = new Map<string, KnownLayer>();
  for (const diffId of request.wanted) {
    const at = request.diffIds.indexOf(diffId);
    const named = pushed?.layers[at];
    const layer = named === undefined ? await cache.layerByDiffId(diffId) : { diffId, ...named };
    if (layer === undefined || (await cache.size(layer.digest)) !== layer.size) return undefined;
    layers.set(diffId, layer);
  }
  return { configDigest, config: await cache.read(configDigest), layers, received };
}

/** Removing an image's last name removes the image: it keeps one of ours then. */
async function untag(from: HostHandle, imageId: string, name: string): Promise<void> {
  const image = await from.docker.inspectImage(name);
  if (image === undefined) return;
  const others = (image.RepoTags ?? []).filter((tag) => !tag.includes(`/${pushRepository}:`));
  if (others.length === 0) await from.docker.tagImage(imageId, "drayage/kept", image.Id.replace(/^sha256:/, "").slice(0, 12));
  await from.docker.removeImage(name);
}

/** Failures that another way of reading the layers would only repeat. */
function isFinal(error: unknown): boolean {
  if (!(error instanceof DrayageError)) return (error as NodeJS.ErrnoException).code === "ENOSPC";
  return ["HOST_UNREACHABLE", "DISK_FULL", "CANCELLED", "IMAGE_NOT_FOUND", "DOCKER_PERMISSION"].includes(error.code);
}

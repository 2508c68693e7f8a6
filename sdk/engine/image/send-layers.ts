/** The last leg: a partial archive into the target's `docker load`, counted and cancellable. */
import { DrayageError } from "../../spec/drayage-error";
import type { HostHandle } from "../host/host-handle";
import type { Progress } from "../report";
import type { RunContext } from "../run-context";
import type { CollectedImage } from "./collect-layers";
import type { LayerCache } from "./layer-cache";
import { archiveBytes, packPartialArchive } from "./partial-archive";

export interface SendRequest {
  readonly to: HostHandle;
  readonly name: string;
  readonly image: CollectedImage;
  readonly diffIds: readonly string[];
  /** Layers from the bottom that the target has. */
  readonly skip: number;
  readonly tags: readonly string[];
  readonly context: RunContext;
  progress(progress: Progress): void;
}

const TELL_EVERY_MS = 100;

/** @returns what went over the wire: layers and the archive's frame around them. */
export async function sendLayers(request: SendRequest, cache: LayerCache): Promise<{ bytes: number; layersSent: number }> {
  const { image, diffIds, skip, tags } = request;
  const layers = diffIds.map((diffId, index) => {
    const layer = index < skip ? undefined : image.layers.get(diffId);
    return { diffId, content: layer && { size: layer.size, open: () => cache.stream(layer.digest) } };
  });
  const archive = { config: image.config, layers, tags };
  const bytes = await load(request, (written) => packPartialArchive(archive, written), archiveBytes(archive));
  return { bytes, layersSent: new Set(diffIds.slice(skip)).size };
}

type Pack = (written: (bytes: number) => void) => ReturnType<typeof packPartialArchive>;

async function load({ to, name, context, progress }: SendRequest, pack: Pack, total: number): Promise<number> {
  const { clock, signal } = context;
  const started = clock.monotonic();
  let done = 0;
  let toldAt = 0;
  const archive = pack((bytes) => {
    done += bytes;
    const now = clock.monotonic();
    if (now - toldAt < TELL_EVERY_MS) return;
    toldAt = now;
    progress({ done: Math.min(done, total), total, unit: "bytes", text: `to ${to.name}, ${rate(done, now - started)}` });
  });
  const stop = () => archive.destroy(new Error("cancelled"));
  signal.addEventListener("abort", stop, { once: true });
  try {
    if (signal.aborted) stop();
    await to.docker.loadImage(archive);
  } catch (error) {
    if (signal.aborted)
      throw new DrayageError("CANCELLED", "cancelled", { subject: `image ${name} to ${to.name}`, cause: error });
    throw error;
  } finally {
    signal.removeEventListener("abort", stop);
    archive.destroy();
  }
  progress({ done: total, total, unit: "bytes" });
  return done;
}

function rate(bytes: number, milliseconds: number): string {
  return `${(bytes / 1000 / Math.max(1, milliseconds)).toFixed(1)} MB/s`;
}

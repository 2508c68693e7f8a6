/**
 * A registry endpoint on loopback with just what `docker push` needs, so that an engine hands over single layers, compressed: the
 * one way to get layers out of an engine without saving the whole image. It answers "is here" for every layer that nobody waits
 * for, so those are not sent. It serves no downloads.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { LayerCache } from "./layer-cache";
import { type RegistryState, registryHandler } from "./layer-registry-routes";
import { PushedManifests } from "./pushed-manifests";

/** One repository for everything: engines remember per repository which layers they have pushed. */
export const pushRepository = "drayage/ship";

export interface PushedImage {
  readonly configDigest: string;
  /** Compressed layers, bottom first. */
  readonly layers: readonly { readonly digest: string; readonly size: number }[];
}

/** A push that is expected; while it is open, the layers it names are accepted. */
export interface ExpectedPush {
  /** What was pushed under the tag; undefined when nothing was. */
  pushed(): Promise<PushedImage | undefined>;
  /** Bytes of layers received since it was opened, from anybody. */
  readonly received: number;
  close(): void;
}

export interface LayerRegistry {
  readonly port: number;
  expect(tag: string, diffIds: readonly string[]): ExpectedPush;
  close(): Promise<void>;
}

/** `preferredPort`: engines also remember the port; a port that stays saves sending small layers again. */
export async function openLayerRegistry(options: { cache: LayerCache; preferredPort?: number }): Promise<LayerRegistry> {
  const { cache, preferredPort = 0 } = options;
  const awaited = new Map<string, number>();
  const manifests = new PushedManifests(cache);
  const state: RegistryState = { cache, manifests, received: 0, open: 0, awaits: (diffId) => awaited.has(diffId) };
  const server = createServer(registryHandler(state));
  server.keepAliveTimeout = 5_000;
  // Node's default ends a request after five minutes; a large layer on a slow link takes longer.
  server.requestTimeout = 0;
  await listen(server, preferredPort);

  return {
    port: (server.address() as AddressInfo).port,
    expect: (tag, diffIds) => {
      const before = state.received;
      for (const id of diffIds) awaited.set(id, (awaited.get(id) ?? 0) + 1);
      state.open += 1;
      return {
        pushed: () => manifests.imageOf(tag),
        get received() {
          return state.received - before;
        },
        close: () => {
          state.open -= 1;
          manifests.forget(tag);
          for (const id of diffIds) release(awaited, id);
        },
      };
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function release(awaited: Map<string, number>, diffId: string): void {
  const left = (awaited.get(diffId) ?? 1) - 1;
  if (left === 0) awaited.delete(diffId);
  else awaited.set(diffId, left);
}

async function listen(server: Server, preferredPort: number): Promise<void> {
  const on = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host: "127.0.0.1", port }, () => {
        server.off("error", reject);
        resolve();
      });
    });
  await on(preferredPort).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EADDRINUSE" && error.code !== "EACCES") throw error;
    return on(0);
  });
}

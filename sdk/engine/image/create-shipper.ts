/** Ships of one run: they share cache and registry endpoint, and those to one host wait for each other, so that a base that several images have in common travels once. */
import { createHash } from "node:crypto";
import { DrayageError } from "../../spec/drayage-error";
import type { HostHandle } from "../host/host-handle";
import { type ForecastRequest, forecastShip, type ShipForecast } from "./forecast-ship";
import { type LayerCache, openLayerCache } from "./layer-cache";
import type { ShipMeans, Shipped, ShipRequest } from "./ship-image";

export interface ShipperOptions {
  /** Folder on the operator's disk for compressed layers. */
  readonly cacheFolder: string;
  /** Bound of that folder. Default 8 GB. */
  readonly maxCacheBytes?: number;
}

export interface Shipper {
  ship(request: ShipRequest): Promise<Shipped>;
  forecast(request: ForecastRequest): Promise<ShipForecast | undefined>;
  /** Ends the registry endpoint, if one was opened. */
  close(): Promise<void>;
}

const DEFAULT_CACHE_BYTES = 8e9;

export function createShipper({ cacheFolder, maxCacheBytes = DEFAULT_CACHE_BYTES }: ShipperOptions): Shipper {
  let cache: Promise<LayerCache> | undefined;
  let means: Promise<ShipMeans> | undefined;
  const turns = new Map<string, Promise<unknown>>();
  const openCache = () => {
    cache ??= openLayerCache({ folder: cacheFolder, maxBytes: maxCacheBytes });
    return cache;
  };
  const openMeans = () => {
    means ??= openCache().then(async (cache) => {
      const { openLayerRegistry, createRegistryWays } = loadRooms();
      const registry = await openLayerRegistry({ cache, preferredPort: portOf(cacheFolder) });
      return { cache, registry, ways: createRegistryWays(registry.port) };
    });
    return means;
  };
  const inTurn = <T>(host: HostHandle, work: () => Promise<T>): Promise<T> => {
    const before = turns.get(host.measured.engineId) ?? Promise.resolve();
    const turn = before.then(work, work);
    turns.set(host.measured.engineId, turn);
    return turn;
  };

  return {
    ship: (request) =>
      inTurn(request.to, async () => loadRooms().shipImage(request, await openMeans())).catch((error: unknown) => {
        throw request.context.signal.aborted ? cancelled(error, request) : diskFullHere(error, cacheFolder);
      }),
    forecast: async (request) => forecastShip(request, await openCache()),
    close: async () => {
      const opened = means;
      means = undefined;
      if (opened === undefined) return;
      const { ways, registry } = await opened;
      await ways.close();
      await registry.close();
    },
  };
}

/** Loaded by the first ship: a run that changes nothing does not pay for tar and servers. */
function loadRooms() {
  const { shipImage } = require("./ship-image") as typeof import("./ship-image");
  const { openLayerRegistry } = require("./layer-registry") as typeof import("./layer-registry");
  const { createRegistryWays } = require("./registry-ways") as typeof import("./registry-ways");
  return { shipImage, openLayerRegistry, createRegistryWays };
}

/** Below the ephemeral range; two caches on one machine seldom meet, and if they do the second takes a free port. */
function portOf(folder: string): number {
  return 20_000 + (createHash("sha256").update(folder).digest().readUInt16BE(0) % 10_000);
}

function cancelled(error: unknown, { name, to }: ShipRequest): unknown {
  if (error instanceof DrayageError) return error;
  return new DrayageError("CANCELLED", "cancelled", { subject: `image ${name} to ${to.name}`, cause: error });
}

function diskFullHere(error: unknown, folder: string): unknown {
  if ((error as NodeJS.ErrnoException).code !== "ENOSPC") return error;
  return new DrayageError("DISK_FULL", `the disk of this machine is full: the layer cache ${folder} needs space`, {
    subject: folder,
    hint: "Free space there (the folder may be emptied), then run the same command again.",
    cause: error,
  });
}

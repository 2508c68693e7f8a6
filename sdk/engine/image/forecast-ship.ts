/** What shipping an image would cost, for preview. Reads only. */
import type { HostHandle } from "../host/host-handle";
import { identityOf } from "./image-identity";
import type { LayerCache } from "./layer-cache";
import { presentLayers, readLayerChains } from "./target-layers";

export interface ShipForecast {
  readonly bytes: number;
  /** False: a layer was never compressed yet, so that `bytes` is the image's uncompressed size, the most that can be needed. */
  readonly exact: boolean;
}

export interface ForecastRequest {
  readonly from: HostHandle;
  readonly to: HostHandle;
  /** Reference or id on `from`. */
  readonly ref: string;
}

/** Undefined: unknown, because `from` does not have the image. */
export async function forecastShip({ from, to, ref }: ForecastRequest, cache: LayerCache): Promise<ShipForecast | undefined> {
  const image = await from.docker.inspectImage(ref);
  if (image === undefined) return undefined;
  const { diffIds } = identityOf(image, from.measured.imageStore);
  const partial = to.measured.imageStore === "graphdriver";
  const present = partial ? presentLayers(await readLayerChains(to.docker), diffIds) : 0;
  const missing = [...new Set(diffIds.slice(present))];
  const known = await Promise.all(missing.map((diffId) => cache.layerByDiffId(diffId)));
  const exact = known.every((layer) => layer !== undefined);
  return exact ? { bytes: known.reduce((sum, layer) => sum + layer.size, 0), exact } : { bytes: image.Size, exact };
}

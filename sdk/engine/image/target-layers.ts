/** Which layers a host has. A layer counts only on top of the same layers: present ones are always a beginning of the image. */
import type { DockerEngine } from "../docker/docker-engine";

/** The layers of every image of a host, each bottom first. */
export type LayerChains = readonly (readonly string[])[];

const AT_ONCE = 8;

export async function readLayerChains(docker: DockerEngine): Promise<LayerChains> {
  const ids = [...new Set((await docker.listImages()).map((image) => image.Id))];
  const chains: (readonly string[])[] = [];
  const next = async (): Promise<void> => {
    for (let id = ids.pop(); id !== undefined; id = ids.pop()) {
      chains.push((await docker.inspectImage(id))?.RootFS?.Layers ?? []);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
  return chains;
}

/** How many layers of the image, from the bottom, the host has. */
export function presentLayers(chains: LayerChains, diffIds: readonly string[]): number {
  return chains.reduce((most, chain) => Math.max(most, commonStart(chain, diffIds)), 0);
}

function commonStart(one: readonly string[], other: readonly string[]): number {
  let length = 0;
  while (length < one.length && length < other.length && one[length] === other[length]) length += 1;
  return length;
}

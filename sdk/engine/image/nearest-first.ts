import type { HostHandle } from "../host/host-handle";

export interface ImageSources {
  /** Engines that may have an image, nearest first: the operator's if there is one, then hosts of this run. */
  sources(): Promise<readonly HostHandle[]>;
  /** Hosts of the stacks that images of this one were promoted from. */
  farSources?(): Promise<readonly HostHandle[]>;
}

/** The far ones are dialled only by whoever goes on past the near ones. */
export async function* nearestFirst({ sources, farSources }: ImageSources): AsyncGenerator<HostHandle> {
  yield* await sources();
  if (farSources !== undefined) yield* await farSources();
}

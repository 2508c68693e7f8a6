/** How a workload gets the images its containers run. Implemented by sdk/engine/image; faked in tests. */
import type { ServiceImageSpec } from "../../spec/image";
import type { HostHandle } from "../host/host-handle";
import type { Progress } from "../report";
import type { RunContext } from "../run-context";

export interface WantedImage {
  /** The service that runs it, for messages. */
  readonly service: string;
  readonly image: ServiceImageSpec;
  /** `linux/amd64`. Absent: the host's. */
  readonly platform?: string;
  /** Id that this reference was locked to when it was first applied; `pull: "always"` looks it up again. */
  readonly lockedTo?: string;
  /** `postgres@sha256:…`: the same image in a registry's words. */
  readonly lockedDigest?: string;
}

/** `id` is what a container can be created from on that host now. */
export type ImageAvailability =
  | { readonly present: true; readonly id: string }
  | {
      readonly present: false;
      /** ship: we carry its layers there. pull: the host asks a registry. */
      readonly how: "ship" | "pull";
      /** Where it is pulled, when the image's name does not say it. */
      readonly from?: string;
      /** Bytes that will travel; absent when unknown, as for an image that is not built yet. */
      readonly bytes?: number;
    };

export interface ImageSupply {
  /** Reads only. @throws ARCH_MISMATCH, IMAGE_NOT_FOUND when that is known already. */
  missing(host: HostHandle, wanted: WantedImage): Promise<ImageAvailability>;
  /** Makes the image present and yields the id to run; quick when it is there. */
  supply(host: HostHandle, wanted: WantedImage, context: RunContext & { progress(progress: Progress): void }): Promise<string>;
}

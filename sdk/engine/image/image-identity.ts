/**
 * What runs, as opposed to what it is called: config digest, ordered layers, platform. An engine's `.Id` is no identity across
 * hosts: graphdriver stores answer the config digest, containerd stores the digest of a manifest, which changes with compression.
 */
import { createHash } from "node:crypto";
import type { ImageInspect } from "../docker/docker-engine";

export type ImageStore = "graphdriver" | "containerd";

export interface ImageIdentity {
  /** `sha256:…` of the image's configuration. Undefined where the engine's store does not tell it (containerd). */
  readonly configDigest: string | undefined;
  /** `sha256:…` of the uncompressed layers, bottom first. */
  readonly diffIds: readonly string[];
  /** `linux/amd64`, `linux/arm/v7`. */
  readonly platform: string;
}

export function identityOf(image: ImageInspect, store: ImageStore): ImageIdentity {
  return {
    configDigest: store === "graphdriver" ? image.Id : undefined,
    diffIds: image.RootFS?.Layers ?? [],
    platform: platformOf(image),
  };
}

/** Equal layers on an equal platform, and an equal configuration as far as both sides tell theirs. */
export function sameImage(one: ImageIdentity, other: ImageIdentity): boolean {
  return sameIdentityKey(identityKey(one), identityKey(other));
}

/** The identity as one short text, for state, labels and comparison: `<config digest or ->.<hash of layers and platform>`. */
export function identityKey(identity: ImageIdentity): string {
  const content = createHash("sha256")
    .update([identity.platform, ...identity.diffIds].join("\n"))
    .digest("hex")
    .slice(0, 32);
  return `${identity.configDigest?.replace(/^sha256:/, "") ?? "-"}.${content}`;
}

export function sameIdentityKey(one: string, other: string): boolean {
  const [oneConfig, oneContent] = one.split(".");
  const [otherConfig, otherContent] = other.split(".");
  return oneContent === otherContent && (oneConfig === otherConfig || oneConfig === "-" || otherConfig === "-");
}

export function platformOf(image: Pick<ImageInspect, "Os" | "Architecture"> & { Variant?: string | undefined }): string {
  return [image.Os, image.Architecture, image.Variant].filter((part) => part !== undefined && part !== "").join("/");
}

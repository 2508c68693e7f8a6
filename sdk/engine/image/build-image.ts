/** Builds an image, once per content hash and builder. */
import { DrayageError } from "../../spec/drayage-error";
import type { ImageInspect } from "../docker/docker-engine";
import type { HostHandle } from "../host/host-handle";
import { label } from "../labels";
import type { RunContext } from "../run-context";
import { findBuildClient } from "./build-client";
import { type BuildRequest, type BuildTools, builtTag } from "./build-request";
import { buildWithBuildKit } from "./buildkit-build";
import { buildClassically } from "./classic-build";
import { type ImageIdentity, identityKey, identityOf, sameIdentityKey } from "./image-identity";

export interface BuildOptions extends Omit<BuildRequest, "signal" | "progress">, Partial<Pick<BuildRequest, "progress">> {
  readonly tools: BuildTools;
  /** Key of the identity that this content had when it was built before, so that new bits are noticed. */
  readonly previous?: string | undefined;
  readonly run: RunContext;
}

export interface BuiltImage {
  /** Id on the builder. */
  readonly id: string;
  readonly tag: string;
  readonly identity: ImageIdentity;
  /** False: the builder had it. */
  readonly built: boolean;
  readonly seconds: number;
}

/** @throws BUILD_FAILED NOT_SUPPORTED DISK_FULL CANCELLED */
export async function buildImage(options: BuildOptions): Promise<BuiltImage> {
  const { builder, name, contentHash, run } = options;
  const started = run.clock.monotonic();
  const known = await findBuilt(builder, { name, contentHash });
  const image = known ?? (await build(options));
  const identity = identityOf(image, builder.measured.imageStore);
  if (known === undefined && options.previous !== undefined && !sameIdentityKey(options.previous, identityKey(identity))) {
    run.report.say("info", `image ${name}: rebuilt from the same content, and it came out as new bits`);
  }
  const seconds = (run.clock.monotonic() - started) / 1000;
  return { id: image.Id, tag: builtTag(name, contentHash), identity, built: known === undefined, seconds };
}

/** The image of a content hash on a host, under its name or any other; it gets its name where that is missing. Undefined: not there. */
export async function findBuilt(
  host: HostHandle,
  { name, contentHash, readOnly = false }: { name: string; contentHash: string; readOnly?: boolean },
): Promise<ImageInspect | undefined> {
  const tag = builtTag(name, contentHash);
  const named = await host.docker.inspectImage(tag);
  if (named?.Config?.Labels?.[label.contentHash] === contentHash) return named;
  const [other] = await host.docker.listImages({ label: [`${label.contentHash}=${contentHash}`] });
  if (other === undefined) return undefined;
  if (!readOnly) {
    const colon = tag.lastIndexOf(":");
    await host.docker.tagImage(other.Id, tag.slice(0, colon), tag.slice(colon + 1));
  }
  return host.docker.inspectImage(other.Id);
}

async function build(options: BuildOptions): Promise<ImageInspect> {
  const { builder, name, tools, run } = options;
  const request: BuildRequest = { ...options, signal: run.signal, progress: options.progress ?? (() => undefined) };
  const client = await findBuildClient(tools, run.signal);
  const id = client === undefined ? await buildClassically(request) : await buildWithBuildKit(request, client, tools);
  const image = await builder.docker.inspectImage(id);
  if (image !== undefined) return image;
  throw new DrayageError("BUILD_FAILED", "the build succeeded, but its image is not on the builder", {
    subject: `image ${name} on ${builder.name}`,
    hint: "Another builder may be selected: unset BUILDX_BUILDER, then run the same command again.",
  });
}

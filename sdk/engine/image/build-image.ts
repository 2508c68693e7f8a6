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

export interface BuildOptions
  extends Omit<BuildRequest, "secrets" | "signal" | "progress">,
    Partial<Pick<BuildRequest, "progress">> {
  /** By id; asked only when something has to be built. */
  secrets(): Promise<BuildRequest["secrets"]>;
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

export interface BuiltSearch {
  readonly name: string;
  readonly contentHash: string;
  /** Default: any image of that content. */
  accepts?(identity: ImageIdentity): boolean;
  /** Leave a missing name missing. Default false. */
  readonly readOnly?: boolean;
}

/** The image of a content hash on a host, under its name or any other; it gets its name where that is missing. Undefined: not there. */
export async function findBuilt(host: HostHandle, search: BuiltSearch): Promise<ImageInspect | undefined> {
  const { name, contentHash, accepts = () => true, readOnly = false } = search;
  const fits = (image: ImageInspect | undefined): image is ImageInspect =>
    image?.Config?.Labels?.[label.contentHash] === contentHash && accepts(identityOf(image, host.measured.imageStore));
  const tag = builtTag(name, contentHash);
  const named = await host.docker.inspectImage(tag);
  if (fits(named)) return named;
  for (const { Id } of await host.docker.listImages({ label: [`${label.contentHash}=${contentHash}`] })) {
    const other = await host.docker.inspectImage(Id);
    if (!fits(other)) continue;
    const colon = tag.lastIndexOf(":");
    if (!readOnly) await host.docker.tagImage(Id, tag.slice(0, colon), tag.slice(colon + 1));
    return other;
  }
  return undefined;
}

async function build(options: BuildOptions): Promise<ImageInspect> {
  const { builder, name, tools, run } = options;
  const secrets = await options.secrets();
  const request: BuildRequest = { ...options, secrets, signal: run.signal, progress: options.progress ?? (() => undefined) };
  const client = await findBuildClient(tools, run.signal);
  const id = client === undefined ? await buildClassically(request) : await buildWithBuildKit(request, client, tools);
  const image = await builder.docker.inspectImage(id);
  if (image !== undefined) return image;
  throw new DrayageError("BUILD_FAILED", "the build succeeded, but its image is not on the builder", {
    subject: `image ${name} on ${builder.name}`,
    hint: "Another builder may be selected: unset BUILDX_BUILDER, then run the same command again.",
  });
}

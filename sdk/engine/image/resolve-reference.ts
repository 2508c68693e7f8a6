/**
 * A ready reference (`postgres:16`) on a host: what is there, else what the registry has, else what the operator has, since there may
 * be no registry. A reference that is locked means that very image, wherever it comes from.
 */
import { DrayageError } from "../../spec/drayage-error";
import type { ImageInspect, RegistryCredentials } from "../docker/docker-engine";
import type { HostHandle } from "../host/host-handle";
import type { Progress } from "../report";
import type { RunContext } from "../run-context";
import type { Shipper } from "./create-shipper";
import { nearestFirst } from "./nearest-first";
import { pullImage } from "./pull-image";

export interface ResolveRequest {
  readonly host: HostHandle;
  readonly ref: string;
  readonly pull: "missing" | "always";
  readonly platform?: string | undefined;
  /** Id that the reference was locked to when it was first applied. */
  readonly lockedTo?: string | undefined;
  /** `postgres@sha256:…`: the same image in a registry's words. */
  readonly lockedDigest?: string | undefined;
  /** Other engines that may have the image: the operator's, the workload's current host. */
  sources(): Promise<readonly HostHandle[]>;
  /** Asked when none of those has it. */
  farSources?(): Promise<readonly HostHandle[]>;
  credentials(registry: string): Promise<RegistryCredentials | undefined>;
  readonly shipper: Shipper;
  readonly context: RunContext;
  progress(progress: Progress): void;
}

/** @returns the id to run on that host. @throws IMAGE_NOT_FOUND IMAGE_MISMATCH REGISTRY_AUTH … */
export async function resolveReference(request: ResolveRequest): Promise<string> {
  const { host, ref, pull } = request;
  const present = await findReference(request);
  if (present !== undefined && pull === "missing") return present.Id;
  const locked = pull === "missing" ? await shipLocked(request) : undefined;
  if (locked !== undefined) return locked;
  try {
    const { lockedDigest: digest, context } = request;
    const pulled = await pullImage({ ...request, ref: digest ?? ref, signal: context.signal });
    // What a digest names is the very image, by whatever id this store knows it.
    return digest === undefined ? checkLock(request, pulled.Id) : pulled.Id;
  } catch (error) {
    if (isFinal(error, request)) throw error;
    const id = present?.Id ?? (await shipFromAnySource(request));
    if (id === undefined) throw error;
    request.context.report.say(
      "warning",
      `${ref}: ${host.name} could not pull it; ${present ? "what it has is used" : "it was shipped"}`,
    );
    return id;
  }
}

/** The image a reference means on a host without asking anybody else. */
export async function findReference({
  host,
  ref,
  lockedTo,
  pull,
}: Pick<ResolveRequest, "host" | "ref" | "lockedTo" | "pull">): Promise<ImageInspect | undefined> {
  return host.docker.inspectImage(pull === "missing" && lockedTo !== undefined ? lockedTo : ref);
}

/** The first source that has it, for the host's architecture. */
export async function sourceOf(
  { host, ...engines }: Pick<ResolveRequest, "host" | "sources" | "farSources">,
  ref: string,
): Promise<HostHandle | undefined> {
  for await (const source of nearestFirst(engines)) {
    if (source.measured.engineId === host.measured.engineId) continue;
    const image = await source.docker.inspectImage(ref);
    if (image?.Architecture === host.measured.arch) return source;
  }
  return undefined;
}

async function shipLocked(request: ResolveRequest): Promise<string | undefined> {
  const { lockedTo } = request;
  const source = lockedTo === undefined ? undefined : await sourceOf(request, lockedTo);
  return source === undefined || lockedTo === undefined ? undefined : ship(request, source, lockedTo);
}

async function shipFromAnySource(request: ResolveRequest): Promise<string | undefined> {
  const source = await sourceOf(request, request.ref);
  return source === undefined ? undefined : checkLock(request, await ship(request, source, request.ref));
}

async function ship(request: ResolveRequest, from: HostHandle, ref: string): Promise<string> {
  const { host, shipper, context, progress } = request;
  // A digest cannot be given as a name; the image is known by id then.
  const tags = request.ref.includes("@") ? [] : [request.ref];
  return (await shipper.ship({ from, to: host, name: request.ref, ref, tags, context, progress })).id;
}

function checkLock({ host, ref, lockedTo, pull }: ResolveRequest, id: string): string {
  if (pull === "always" || lockedTo === undefined || lockedTo === id) return id;
  throw new DrayageError(
    "IMAGE_MISMATCH",
    `${ref} means another image by now than the one that runs (${short(lockedTo)}, now ${short(id)})`,
    {
      subject: `image ${ref} on ${host.name}`,
      hint: "No reachable host has the old one: run again with --pull to take the new one.",
    },
  );
}

/** What another source would not cure. */
function isFinal(error: unknown, { context }: ResolveRequest): boolean {
  return (
    context.signal.aborted ||
    (error instanceof DrayageError && ["DISK_FULL", "CANCELLED", "HOST_UNREACHABLE", "IMAGE_MISMATCH"].includes(error.code))
  );
}

const short = (id: string): string => id.replace(/^sha256:/, "").slice(0, 12);

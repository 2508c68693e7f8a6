/** Images for workloads: built ones are carried by us, ready ones are pulled by the host or carried where it cannot. */
import { DrayageError } from "../../spec/drayage-error";
import type { HostRefSpec } from "../../spec/host";
import type { ServiceImageSpec } from "../../spec/image";
import { pullReferenceOf } from "../../spec/registry";
import { isUnknown } from "../../spec/unknown";
import type { HostHandle } from "../host/host-handle";
import type { ImageAvailability, ImageSupply, WantedImage } from "../workload/image-supply";
import { findBuilt } from "./build-image";
import { builtTag } from "./build-request";
import { checkArchitecture } from "./check-architecture";
import type { Shipper } from "./create-shipper";
import { type ImageIdentity, identityKey, platformOf, sameIdentityKey } from "./image-identity";
import { type ImageSources, nearestFirst } from "./nearest-first";
import { pullPushed } from "./pull-pushed";
import type { RegistryLogin } from "./registry-login";
import { findReference, resolveReference, sourceOf } from "./resolve-reference";

export interface ImageSupplyOptions extends ImageSources {
  readonly shipper: Shipper;
  /** The engine an image was built on. */
  connect(builder: HostRefSpec): Promise<HostHandle>;
  /** Asked when a host is about to pull. */
  readonly login: RegistryLogin;
}

type SupplyContext = Parameters<ImageSupply["supply"]>[2];
type BuiltSpec = Extract<ServiceImageSpec, { kind: "built" }>;
type ReferenceSpec = Extract<ServiceImageSpec, { kind: "reference" }>;

export function createImageSupply(options: ImageSupplyOptions): ImageSupply {
  const { shipper } = options;
  const shipped = async (from: HostHandle | undefined, to: HostHandle, ref: string): Promise<ImageAvailability> => {
    const forecast = from === undefined ? undefined : await shipper.forecast({ from, to, ref });
    return { present: false, how: "ship", ...(forecast?.exact ? { bytes: forecast.bytes } : {}) };
  };

  /** From where it was pushed to; undefined: there is no such place, or it failed and the program lets it be shipped. */
  const pulled = async (host: HostHandle, wanted: WantedImage, image: BuiltSpec, context: SupplyContext) => {
    const { pushed, name, identity, platform } = image;
    if (pushed === undefined) return undefined;
    const localTag = builtTag(name, image.contentHash);
    const request = { host, name, pushed, identity, platform: platform ?? wanted.platform, localTag, login: options.login };
    try {
      return await pullPushed({ ...request, context, progress: context.progress });
    } catch (error) {
      if (pushed.fallback !== "ship" || !(error instanceof DrayageError) || isFinal(error, context)) throw error;
      context.report.say("warning", `image ${name}: ${host.name} could not pull it, it is shipped; ${error.message}`);
      return undefined;
    }
  };

  return {
    missing: async (host, wanted) => {
      const { image } = wanted;
      if (image.kind === "reference") return missingReference(host, wanted, image, options);
      checkPlatform(host, wanted, image.platform);
      const present = await findIdentical(host, image);
      if (present !== undefined) return { present: true, id: present };
      if (image.pushed !== undefined) return { present: false, how: "pull", from: pullReferenceOf(image.pushed) };
      const source = await sourceOfBuilt(host, image, options);
      if (source !== undefined) checkPlatform(host, wanted, source.platform);
      // Its identity is known: nobody will build it, and waiting for the apply would only tell later.
      else if (image.identity !== undefined && !isUnknown(image.identity)) throw notBuilt(host, wanted, image);
      return shipped(source?.host, host, source?.id ?? "");
    },
    supply: async (host, wanted, context) => {
      const { image } = wanted;
      const progress = context.progress;
      if (image.kind === "reference") {
        const { ref, pull } = image;
        return resolveReference({ ...options, ...wanted, credentials: options.login, host, ref, pull, context, progress });
      }
      const present = (await findIdentical(host, image)) ?? (await pulled(host, wanted, image, context));
      if (present !== undefined) return present;
      const source = await sourceOfBuilt(host, image, options);
      if (source === undefined) throw notBuilt(host, wanted, image);
      const tags = [builtTag(image.name, image.contentHash)];
      return (await shipper.ship({ from: source.host, to: host, name: image.name, ref: source.id, tags, context, progress })).id;
    },
  };
}

/** What shipping would not cure, or must not cover up. */
function isFinal({ code }: DrayageError, { signal }: SupplyContext): boolean {
  return signal.aborted || ["DISK_FULL", "CANCELLED", "HOST_UNREACHABLE", "IMAGE_MISMATCH", "REGISTRY_INSECURE"].includes(code);
}

async function missingReference(
  host: HostHandle,
  wanted: WantedImage,
  { ref, pull }: ReferenceSpec,
  options: ImageSupplyOptions,
): Promise<ImageAvailability> {
  const { lockedTo } = wanted;
  const present = await findReference({ host, ref, pull, lockedTo });
  // "always" looks again when it runs; preview shows what is there, or that it will be fetched.
  if (present !== undefined) {
    checkPlatform(host, wanted, platformOf(present));
    return { present: true, id: present.Id };
  }
  const source = lockedTo === undefined || pull === "always" ? undefined : await sourceOf({ ...options, host }, lockedTo);
  if (source === undefined || lockedTo === undefined) return { present: false, how: "pull" };
  const forecast = await options.shipper.forecast({ from: source, to: host, ref: lockedTo });
  return { present: false, how: "ship", ...(forecast?.exact ? { bytes: forecast.bytes } : {}) };
}

/** Id of the image of the content hash on a host; with a known identity only that very one. */
async function findIdentical(host: HostHandle, { name, contentHash, identity }: BuiltSpec): Promise<string | undefined> {
  const accepts = (found: ImageIdentity) =>
    identity === undefined || isUnknown(identity) || sameIdentityKey(identityKey(found), identity);
  return (await findBuilt(host, { name, contentHash, accepts, readOnly: true }))?.Id;
}

async function sourceOfBuilt(
  host: HostHandle,
  image: BuiltSpec,
  options: ImageSupplyOptions,
): Promise<{ host: HostHandle; id: string; platform: string } | undefined> {
  const { builder } = image;
  const sources = async () => {
    const near = await options.sources();
    return builder === undefined ? near : [...near, await options.connect(builder)];
  };
  for await (const source of nearestFirst({ ...options, sources })) {
    if (source.measured.engineId === host.measured.engineId) continue;
    const id = await findIdentical(source, image);
    const found = id === undefined ? undefined : await source.docker.inspectImage(id);
    if (found !== undefined) return { host: source, id: found.Id, platform: platformOf(found) };
  }
  return undefined;
}

function checkPlatform(host: HostHandle, { image, service }: WantedImage, platform: string | undefined): void {
  const name = image.kind === "built" ? image.name : image.ref;
  checkArchitecture({ image: `${name} of ${service}`, platform, host: { name: host.name, arch: host.measured.arch } });
}

function notBuilt(host: HostHandle, wanted: WantedImage, image: BuiltSpec): DrayageError {
  return new DrayageError(
    "IMAGE_NOT_FOUND",
    `no reachable engine has the image ${image.name} (${image.contentHash.slice(0, 12)})`,
    {
      subject: `${wanted.service} on ${host.name}`,
      hint: "Built here: `dray refresh`, then `dray up` builds it again. Promoted: a host that has it must answer, or `dray unpin` it.",
    },
  );
}

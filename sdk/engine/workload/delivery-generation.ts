/** Names for sets of secrets and configs: another set, another name, another volume. */
import { createHash, createHmac } from "node:crypto";
import type { ConfigMountSpec } from "../../spec/mount";
import type { ServiceSpec } from "../../spec/service-spec";
import { canonicalJson } from "./canonical-json";

/**
 * Keyed, so that nobody can try out values against it. The user and the image are part of it because they decide
 * who owns the files. Undefined: the service has no secrets.
 */
export function secretsGeneration(
  service: ServiceSpec,
  values: Readonly<Record<string, string>>,
  secretKey: string,
): string | undefined {
  if (service.secrets.length === 0) return undefined;
  const image = service.image.kind === "reference" ? service.image.ref : service.image.contentHash;
  const text = canonicalJson({ values, files: service.secrets, user: service.user, image });
  return createHmac("sha256", secretKey).update(text).digest("hex").slice(0, 12);
}

export function configsGeneration(service: ServiceSpec): string | undefined {
  const configs = configMounts(service.mounts);
  if (configs.length === 0) return undefined;
  const files = configs.map(({ path, source, uid, gid, mode }) => ({
    path,
    kind: source.kind,
    hash: source.hash,
    uid,
    gid,
    mode,
  }));
  return createHash("sha256").update(canonicalJson(files)).digest("hex").slice(0, 12);
}

export function configMounts(mounts: ServiceSpec["mounts"]): ConfigMountSpec[] {
  return mounts.filter((mount) => mount.kind === "config");
}

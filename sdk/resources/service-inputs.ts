/** From what a person wrote of a service to what the provider gets: files are read here, where the program's folder is. */

import { openEnvFile } from "../context/open-env-file";
import { readConfigSource } from "../context/read-config-source";
import type { Problem } from "../spec/drayage-error";
import { Image } from "./image";
import type { ConfigArgs, ServiceArgs } from "./workload-args";

export interface ServiceInputs {
  readonly service: Readonly<Record<string, unknown>>;
  readonly problems: readonly Problem[];
}

export function serviceInputs(name: string, args: ServiceArgs, base: string): ServiceInputs {
  if (typeof args !== "object" || args === null) return { service: args, problems: [] };
  const { envFile, configs, image, ...rest } = args;
  const problems: Problem[] = [];
  const fromFiles = envFile === undefined ? {} : readEnvFiles(envFile, base, `services.${name}.envFile`, problems);
  const environment = { ...fromFiles, ...rest.environment };
  const service = {
    ...rest,
    image: image instanceof Image || isImage(image) ? image.ref : image,
    ...(Object.keys(environment).length === 0 ? {} : { environment }),
    ...(configs === undefined ? {} : { configs: withHashes(configs, base) }),
  };
  return { service, problems };
}

/** Another copy of drayage's Image is one as well. */
function isImage(image: unknown): image is Image {
  return typeof image === "object" && image !== null && "ref" in image && "contentHash" in image;
}

function readEnvFiles(written: string | readonly string[], base: string, path: string, problems: Problem[]) {
  const open = openEnvFile(base);
  const files = [written].flat().map((file) => ({ file, read: open(file) }));
  for (const { file, read } of files) {
    if ("error" in read) problems.push({ path, reason: `${file}: ${read.error}` });
  }
  return Object.assign({}, ...files.map(({ read }) => ("environment" in read ? read.environment : {}))) as Record<string, string>;
}

function withHashes(configs: Readonly<Record<string, ConfigArgs>>, base: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(configs).map(([path, config]) => [path, withHash(config, base)]));
}

/** `error` travels inside the config: the reader of specs tells it by its path. */
function withHash(config: ConfigArgs, base: string): unknown {
  if (typeof config !== "object" || config === null) return config;
  const { file, folder } = config;
  const source = file !== undefined ? { file } : folder !== undefined ? { folder } : undefined;
  if (source === undefined) return config;
  const content = readConfigSource(source, base);
  return "hash" in content ? { ...config, hash: content.hash } : { ...config, error: content.error };
}

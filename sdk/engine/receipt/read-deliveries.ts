/** Secrets and configs as they lie on a host: secrets by keyed hashes, which the helper makes where the values are. */
import { createHmac } from "node:crypto";
import type { ContainerInspect } from "../docker/docker-engine";
import { CONFIGS_PATH, configEntry, SECRETS_PATH } from "../workload/container-mounts";
import { configMounts } from "../workload/delivery-generation";
import { madeOf } from "./container-labels";
import type { VolumeRole } from "./observed-configuration";
import type { HostReading } from "./read-host";
import type { SecretReceipt } from "./receipt";

export async function secretsOf(
  reading: HostReading,
  inspect: ContainerInspect | undefined,
  roles: Readonly<Record<string, VolumeRole>>,
  key: Buffer,
): Promise<Record<string, SecretReceipt>> {
  if (inspect === undefined) return {};
  const volume = mountedAt(inspect, SECRETS_PATH, roles, "secrets");
  const files = volume === undefined ? [] : await reading.session.keyed(volume, key);
  const secrets: Record<string, SecretReceipt> = {};
  for (const { path, ...file } of files) secrets[path] = file;
  for (const { name, env } of madeOf(inspect)?.secrets ?? []) {
    if (env === undefined) continue;
    const value = inspect.Config.Env?.find((text) => text.startsWith(`${env}=`))?.slice(env.length + 1);
    const envHash = value === undefined ? {} : { envHash: createHmac("sha256", key).update(value).digest("hex") };
    secrets[name] = { ...secrets[name], env, ...envHash };
  }
  return secrets;
}

/** Path in the container → digest of what lies at it. */
export async function configsOf(
  reading: HostReading,
  inspect: ContainerInspect | undefined,
  roles: Readonly<Record<string, VolumeRole>>,
): Promise<Record<string, string>> {
  const mounts = configMounts(madeOf(inspect)?.mounts ?? []);
  const volume = inspect && mountedAt(inspect, CONFIGS_PATH, roles, "configs");
  if (volume === undefined || mounts.length === 0) return {};
  await reading.session.hash(volume);
  const entries = new Map((await reading.session.below(volume, "")).map(({ path, digest }) => [path, digest]));
  const digestAt = (index: number) => entries.get(Buffer.from(configEntry(index)).toString("base64")) ?? "missing";
  return Object.fromEntries(mounts.map(({ path }, index) => [path, digestAt(index)]));
}

function mountedAt(
  { Mounts }: ContainerInspect,
  path: string,
  roles: Readonly<Record<string, VolumeRole>>,
  kind: VolumeRole["kind"],
): string | undefined {
  const name = Mounts.find(({ Destination }) => Destination === path)?.Name;
  return name !== undefined && roles[name]?.kind === kind ? name : undefined;
}

/** From one service as written to its spec, with what the checks across services need: ports and mounts at their places. */

import { commandLine } from "./command-line";
import { readConfigs } from "./config";
import { readDependsOn } from "./dependency";
import { readDevice, readGpus } from "./device";
import { duration } from "./duration";
import { type EnvFileReader, readEnvFiles } from "./env-file";
import { readEnvironment, readExtraHosts, readLabels, readSysctls } from "./environment";
import { foreignServiceWords } from "./foreign-words";
import { readHealthcheck } from "./healthcheck";
import { platform, readServiceImage } from "./image";
import { limits } from "./limits";
import { defaultLogging, readLogging } from "./logging";
import { type PlacedMount, readTmpfs, readVolumeMounts } from "./mount";
import { DEFAULT_NETWORK, readNetworkJoins } from "./network";
import { readNetworkMode, withNetworkOwner } from "./network-mode";
import type { Place } from "./place";
import { type Publication, readPorts } from "./port";
import { compact, fields, filledText, flag, isRecord, leaf, listOf, matching, oneOf, type Reader, wholeNumber } from "./read";
import { restart, restartOr } from "./restart";
import { readSecrets } from "./secret";
import type { SecretRef } from "./secret-ref";
import type { ServiceSpec } from "./service-spec";
import { readUlimits } from "./ulimit";

export interface NormalisedService {
  readonly spec: ServiceSpec;
  readonly place: Place;
  readonly publications: readonly Publication[];
  readonly mounts: readonly PlacedMount[];
  readonly secretValues: Readonly<Record<string, string>>;
  readonly secretRefs: Readonly<Record<string, SecretRef>>;
}

export function normaliseService(name: string, value: unknown, place: Place, openEnvFile?: EnvFileReader): NormalisedService {
  const read = service(value, place) ?? {};
  if (isRecord(value) && value.image == null)
    place.key("image").problem('is missing: a reference such as "postgres:16", or an Image');
  checkCombinations(read, place);
  const publications = read.ports ?? [];
  const mounts = [...(read.volumes ?? []), ...(read.tmpfs ?? []), ...(read.configs ?? [])].sort(byPath);
  const run = read.run ?? "continuously";
  const dependsOn = withNetworkOwner(read.dependsOn ?? [], read.networkMode);
  const { image, pull, envFile, ports, volumes, tmpfs, configs, secrets, shmSize, memory, stopGracePeriod, ...same } = read;
  const spec = compact({
    ...same,
    image: image?.(pull ?? "missing"),
    run,
    replicas: read.replicas ?? 1,
    environment: sortKeys({ ...envFile?.(openEnvFile), ...read.environment }),
    secrets: secrets?.specs ?? [],
    ports: publications.map(({ port }) => port),
    mounts: mounts.map(({ mount }) => mount),
    networks: read.networks ?? (read.networkMode === undefined ? [{ network: DEFAULT_NETWORK, aliases: [] }] : []),
    dependsOn,
    restart: restartOr(read.restart, run === "continuously" ? "unless-stopped" : "no"),
    stopGracePeriodMs: stopGracePeriod ?? 10_000,
    hostname: read.networkMode?.kind === "service" ? undefined : (read.hostname ?? name),
    labels: read.labels ?? {},
    init: read.init ?? false,
    readOnly: read.readOnly ?? false,
    allowNewPrivileges: read.allowNewPrivileges ?? false,
    capAdd: read.capAdd ?? [],
    capDrop: read.capDrop ?? [],
    ulimits: read.ulimits ?? {},
    sysctls: read.sysctls ?? {},
    devices: read.devices ?? [],
    shmSizeBytes: shmSize ?? 64 * 1024 * 1024,
    memoryBytes: memory,
    pids: read.pids ?? 4096,
    logging: read.logging ?? defaultLogging,
    extraHosts: read.extraHosts ?? {},
  });
  return {
    spec: spec as ServiceSpec,
    place,
    publications,
    mounts,
    secretValues: secrets?.values ?? {},
    secretRefs: secrets?.references ?? {},
  };
}

const capability = matching("a capability such as 'NET_ADMIN'", /^[A-Z_]+$/);
const byPath = (a: PlacedMount, b: PlacedMount) => (a.mount.path < b.mount.path ? -1 : a.mount.path > b.mount.path ? 1 : 0);
/** `pull` is read beside it and both make the image's spec. */
const image: Reader<(pull: "missing" | "always") => ReturnType<typeof readServiceImage>> = (value, place) => {
  const asMissing = readServiceImage(value, "missing", place);
  return asMissing === undefined ? undefined : (pull) => (asMissing.kind === "reference" ? { ...asMissing, pull } : asMissing);
};

const shape = {
  image,
  pull: oneOf("missing", "always"),
  command: commandLine,
  entrypoint: commandLine,
  environment: readEnvironment,
  envFile: readEnvFiles,
  secrets: readSecrets,
  configs: readConfigs,
  ports: readPorts,
  volumes: readVolumeMounts,
  tmpfs: readTmpfs,
  networks: readNetworkJoins,
  networkMode: readNetworkMode,
  dependsOn: readDependsOn,
  healthcheck: readHealthcheck,
  run: oneOf("once per release"),
  restart,
  stopSignal: matching("a signal such as 'SIGINT'", /^([A-Z][A-Z0-9+-]*|\d+)$/),
  stopGracePeriod: duration,
  flush: commandLine,
  fingerprint: commandLine,
  replicas: wholeNumber(1, 1_000),
  user: filledText,
  workingDir: leaf("an absolute path", (value) => (typeof value === "string" && value.startsWith("/") ? value : undefined)),
  hostname: matching("a host name", /^[A-Za-z0-9]([A-Za-z0-9.-]{0,61}[A-Za-z0-9])?$/),
  labels: readLabels,
  init: flag,
  readOnly: flag,
  allowNewPrivileges: flag,
  capAdd: listOf(capability),
  capDrop: listOf(capability),
  ulimits: readUlimits,
  sysctls: readSysctls,
  devices: listOf(readDevice),
  gpus: readGpus,
  ...limits,
  logging: readLogging,
  extraHosts: readExtraHosts,
  platform,
};

const service = fields(shape, foreignServiceWords);

function sortKeys(record: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Words that would be dropped without a trace. */
function checkCombinations(read: NonNullable<ReturnType<typeof service>>, place: Place): void {
  if (read.hostname !== undefined && read.networkMode?.kind === "service") {
    place.key("hostname").problem("a service that shares another one's network has its host name too; drop it");
  }
  if (read.pull !== undefined && read.image?.(read.pull)?.kind === "built") {
    place.key("pull").problem("is for references; an Image is built when its content changes");
  }
}

/** Every key a service may have. */
export const serviceKeys: readonly string[] = Object.keys(shape);

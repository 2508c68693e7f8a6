/**
 * All that decides a container of a service, in the words of the spec: JSON without a secret. A container carries it as a
 * label, so that a later run compares field by field, and a move can make the same container elsewhere.
 */
import type { ProbeSpec } from "../../spec/healthcheck";
import type { ServiceImageSpec } from "../../spec/image";
import type { MountSpec } from "../../spec/mount";
import type { NetworkJoinSpec } from "../../spec/network";
import type { ServiceSpec } from "../../spec/service-spec";

/** What is left out decides when and how often a container is started, not what it is. */
type Shape = Omit<
  ServiceSpec,
  "image" | "mounts" | "networks" | "replicas" | "dependsOn" | "healthcheck" | "stopGracePeriodMs" | "flush" | "fingerprint"
>;

export interface WantedContainer extends Shape {
  readonly service: string;
  readonly image: WantedContainerImage;
  /** Texts of configs are left out: their hash says enough. */
  readonly mounts: readonly MountSpec[];
  /** Volumes of the program that are somebody else's: name → Docker's name. */
  readonly externalVolumes: Readonly<Record<string, string>>;
  readonly networks: readonly (NetworkJoinSpec & { readonly dockerName: string })[];
  /** What Docker itself checks; http and tcp probes are asked at the gate only and are no part of the container. */
  readonly healthcheck?: DockerHealthcheck;
  /** Absent: no secrets. */
  readonly secretsGeneration?: string;
  /** Absent: no configs. */
  readonly configsGeneration?: string;
}

export type WantedContainerImage =
  | { readonly ref: string }
  | { readonly name: string; readonly contentHash: string; readonly identity?: string };

export interface DockerHealthcheck {
  readonly probe: Exclude<ProbeSpec, { readonly kind: "http" | "tcp" }>;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly startPeriodMs: number;
}

export interface ContainerSurroundings {
  readonly networkNames: Readonly<Record<string, string>>;
  readonly externalVolumes: Readonly<Record<string, string>>;
  readonly secretsGeneration: string | undefined;
  readonly configsGeneration: string | undefined;
}

export function wantedContainer(service: string, spec: ServiceSpec, around: ContainerSurroundings): WantedContainer {
  const {
    image,
    mounts,
    networks,
    replicas: _r,
    dependsOn: _d,
    healthcheck: _h,
    stopGracePeriodMs: _s,
    flush: _f,
    fingerprint: _p,
    ...shape
  } = spec;
  const healthcheck = dockerHealthcheck(spec);
  return {
    ...shape,
    service,
    image: containerImage(image),
    mounts: mounts.map(withoutText),
    externalVolumes: usedExternalVolumes(mounts, around.externalVolumes),
    networks: networks.map((join) => ({ ...join, dockerName: around.networkNames[join.network] ?? join.network })),
    ...(healthcheck && { healthcheck }),
    ...(around.secretsGeneration !== undefined && { secretsGeneration: around.secretsGeneration }),
    ...(around.configsGeneration !== undefined && { configsGeneration: around.configsGeneration }),
  };
}

function containerImage(image: ServiceImageSpec): WantedContainerImage {
  if (image.kind === "reference") return { ref: image.ref };
  return {
    name: image.name,
    contentHash: image.contentHash,
    ...(image.identity !== undefined && { identity: image.identity }),
  };
}

function dockerHealthcheck(spec: ServiceSpec): DockerHealthcheck | undefined {
  const { healthcheck } = spec;
  if (!healthcheck || healthcheck.probe.kind === "http" || healthcheck.probe.kind === "tcp") return undefined;
  return { ...healthcheck, probe: healthcheck.probe };
}

function withoutText(mount: MountSpec): MountSpec {
  if (mount.kind !== "config" || mount.source.kind !== "text") return mount;
  return { ...mount, source: { ...mount.source, text: "" } };
}

function usedExternalVolumes(mounts: readonly MountSpec[], external: Readonly<Record<string, string>>): Record<string, string> {
  const used = mounts.flatMap((mount) => (mount.kind === "volume" ? [mount.volume] : []));
  return Object.fromEntries(Object.entries(external).filter(([name]) => used.includes(name)));
}

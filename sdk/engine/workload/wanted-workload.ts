/** The spec as the engine works with it: with Docker names, secret generations and the order of the services. */
import { volumeName } from "../../spec/docker-names";
import type { HealthcheckSpec } from "../../spec/healthcheck";
import type { SecretValues } from "../../spec/secret";
import type { ServiceSpec } from "../../spec/service-spec";
import type { VolumeSpec } from "../../spec/volume";
import type { WorkloadSpec } from "../../spec/workload";
import { configsGeneration, secretsGeneration } from "./delivery-generation";
import { networkDockerName, standingName } from "./object-names";
import type { ImageLock } from "./resolve-locks";
import { type WantedContainer, wantedContainer } from "./wanted-container";

export interface WantedWorkload {
  readonly name: string;
  readonly identity: string;
  /** What a service waits for stands before it. */
  readonly services: readonly WantedService[];
  readonly networks: readonly WantedNetwork[];
  readonly volumes: readonly WantedVolume[];
  readonly subnets: string;
  /** See WantedFrom. */
  readonly standing: readonly string[];
}

export interface WantedService {
  readonly name: string;
  readonly spec: ServiceSpec;
  readonly container: WantedContainer;
  readonly gate: HealthcheckSpec | undefined;
  /** The one image that its reference means; another one that runs is replaced. Absent: what runs decides. */
  readonly lock?: ImageLock;
}

export interface WantedNetwork {
  readonly name: string;
  readonly dockerName: string;
  readonly internal: boolean;
  readonly subnet?: string;
}

export interface WantedVolume extends VolumeSpec {
  readonly name: string;
  /** For an external volume: the name its owner gave it. */
  readonly dockerName: string;
}

export interface WantedFrom {
  readonly identity: string;
  readonly spec: WorkloadSpec;
  readonly secrets: SecretValues;
  /** See WorkloadRequest. */
  readonly secretMarks?: SecretValues;
  readonly secretKey: string;
  /** Docker's names of volumes that exist already or that a move chose; the naming rule decides the others. */
  readonly volumeNames?: Readonly<Record<string, string>>;
  /** Docker's names of networks and of sets of secrets and configs that exist under this identity: a renamed workload keeps them. */
  readonly standing?: readonly string[];
  /** Service → lock, as this engine knows the images. */
  readonly imageLocks?: Readonly<Record<string, ImageLock>>;
  /** Docker's names of volumes whose data went on elsewhere: a later life of the workload does not begin with them. */
  readonly superseded?: readonly string[];
}

export function wantedWorkload(from: WantedFrom): WantedWorkload {
  const { identity, spec, secrets, secretMarks = {}, secretKey, volumeNames, standing = [] } = from;
  const { imageLocks = {}, superseded = [] } = from;
  const networks = Object.entries(spec.networks).map(([name, network]) => ({
    name,
    ...network,
    dockerName: standingName(networkDockerName(spec.name, identity, name, network), spec.name, standing),
  }));
  const volumes = Object.entries(spec.volumes).map(([name, volume]) => ({
    name,
    ...volume,
    dockerName: volume.external ?? volumeNames?.[name] ?? freeName(volumeName(spec.name, identity, name), superseded),
  }));
  const networkNames = Object.fromEntries(networks.map((network) => [network.name, network.dockerName]));
  const externalVolumes = Object.fromEntries(volumes.filter((v) => v.external !== undefined).map((v) => [v.name, v.dockerName]));
  const services = inDependencyOrder(spec.services).map(([name, service]) => ({
    name,
    spec: service,
    gate: service.healthcheck,
    ...(imageLocks[name] !== undefined && { lock: imageLocks[name] }),
    container: wantedContainer(name, service, {
      networkNames,
      externalVolumes,
      secretsGeneration: secretsGeneration(service, { ...secrets[name], ...secretMarks[name] }, secretKey),
      configsGeneration: configsGeneration(service),
    }),
  }));
  return { name: spec.name, identity, services, networks, volumes, subnets: spec.subnets, standing };
}

/** Data steps aside for nobody: whoever comes later gets a number. */
export function freeName(wished: string, taken: readonly string[]): string {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? wished : `${wished}-${number}`;
    if (!taken.includes(name)) return name;
  }
}

/** Cycles were refused when the program was checked. */
function inDependencyOrder(services: WorkloadSpec["services"]): [string, ServiceSpec][] {
  const ordered = new Map<string, ServiceSpec>();
  const visit = (name: string, seen: readonly string[]): void => {
    const service = services[name];
    if (!service || ordered.has(name) || seen.includes(name)) return;
    for (const before of waitsFor(service)) visit(before, [...seen, name]);
    ordered.set(name, service);
  };
  for (const name of Object.keys(services).sort()) visit(name, []);
  return [...ordered];
}

/** Who shares another service's network needs its container first. */
export function waitsFor(service: ServiceSpec): string[] {
  const shared = service.networkMode?.kind === "service" ? [service.networkMode.service] : [];
  return [...service.dependsOn.map((dependency) => dependency.service), ...shared];
}

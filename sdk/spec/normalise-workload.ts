/** From what a person wrote to what the engine runs; all mistakes together, by property path. */
import { checkDependencies } from "./check-dependencies";
import { checkMounts } from "./check-mounts";
import { checkNetworks } from "./check-networks";
import { checkPorts } from "./check-ports";
import { checkServices } from "./check-services";
import type { Problem } from "./drayage-error";
import type { EnvFileReader } from "./env-file";
import { foreignWorkloadWords } from "./foreign-words";
import { readNeeds } from "./needs";
import { DEFAULT_NETWORK, DEFAULT_SUBNETS, type NetworkSpec, readNetwork, subnet } from "./network";
import { type NormalisedService, normaliseService } from "./normalise-service";
import { Place } from "./place";
import { fields, flag, isRecord, recordOf, requireKeys, text } from "./read";
import { checkName, type NamedThing } from "./resource-name";
import type { SecretRefs, SecretValues } from "./secret";
import { readVolume } from "./volume";
import type { WorkloadSpec } from "./workload";
import type { WorkloadParts } from "./workload-parts";

export interface NormaliseOptions {
  /** Let every leaf be UNKNOWN: in preview. Default false. */
  readonly allowUnknown?: boolean;
  /** Opens a service's `envFile`. Default: such files are a problem, because whoever wrote the input should have read them. */
  readonly openEnvFile?: EnvFileReader;
}

export type NormalisedWorkload =
  | { readonly spec: WorkloadSpec; readonly secrets: SecretValues; readonly references: SecretRefs }
  | { readonly problems: readonly Problem[] };

export function normaliseWorkload(input: unknown, options: NormaliseOptions = {}): NormalisedWorkload {
  const problems: Problem[] = [];
  const place = Place.root(problems, options);
  const read = workloadFields(options)(input, place) ?? {};
  const services = new Map(Object.entries(read.services ?? {}));
  const volumes = read.volumes ?? {};
  const networks = withDefaultNetwork(read.networks ?? {}, services);
  const subnets = read.subnets ?? DEFAULT_SUBNETS;
  requireKeys(input, ["name"], place);
  if (isRecord(input) && (input.services == null || (read.services !== undefined && services.size === 0))) {
    place.key("services").problem("a workload needs at least one service");
  }
  const parts: WorkloadParts = { place, services, volumes, networks, subnets };
  for (const check of [checkServices, checkDependencies, checkMounts, checkNetworks, checkPorts]) check(parts);
  if (problems.length > 0) return { problems };
  const specs = Object.fromEntries([...services].map(([name, { spec }]) => [name, spec]));
  const spec = {
    name: read.name ?? "",
    services: specs,
    volumes,
    networks,
    subnets,
    ...(read.needs && { needs: read.needs }),
    ...(read.forward === false && { forward: read.forward }),
  };
  return { spec, secrets: secretsOf(services), references: referencesOf(services) };
}

const named =
  <T>(thing: NamedThing, read: (value: unknown, place: Place, name: string) => T | undefined) =>
  (value: unknown, place: Place, name: string): T | undefined => {
    checkName(thing, name, place);
    return read(value, place, name);
  };

const workloadFields = ({ openEnvFile }: NormaliseOptions) =>
  fields(
    {
      name: (value, place) => {
        const name = text(value, place);
        if (name !== undefined) checkName("workload", name, place);
        return name;
      },
      services: recordOf(named("service", (value, place, name) => normaliseService(name, value, place, openEnvFile))),
      volumes: recordOf(named("volume", readVolume)),
      networks: recordOf(named("network", readNetwork)),
      subnets: subnet,
      needs: readNeeds,
      forward: flag,
    },
    foreignWorkloadWords,
  );

function withDefaultNetwork(
  declared: Readonly<Record<string, NetworkSpec>>,
  services: ReadonlyMap<string, NormalisedService>,
): Readonly<Record<string, NetworkSpec>> {
  const used = [...services.values()].some(({ spec }) => spec.networks.some(({ network }) => network === DEFAULT_NETWORK));
  return used && !Object.hasOwn(declared, DEFAULT_NETWORK) ? { ...declared, [DEFAULT_NETWORK]: { internal: false } } : declared;
}

function secretsOf(services: ReadonlyMap<string, NormalisedService>): SecretValues {
  const entries = [...services].filter(([, { spec }]) => spec.secrets.length > 0);
  return Object.fromEntries(entries.map(([name, { secretValues }]) => [name, secretValues]));
}

function referencesOf(services: ReadonlyMap<string, NormalisedService>): SecretRefs {
  const entries = [...services].filter(([, { secretRefs }]) => Object.keys(secretRefs).length > 0);
  return Object.fromEntries(entries.map(([name, { secretRefs }]) => [name, secretRefs]));
}

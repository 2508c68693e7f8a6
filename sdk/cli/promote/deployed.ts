/** Which images a stack runs: out of resources as its state has them, or as a preview shows what its program wants. Pure. */
import { parseUrn } from "../../provider/urn";
import type { StateResource } from "../state/stack-state";

export interface Deployed {
  /** By the image's name in the program. */
  readonly images: Readonly<Record<string, DeployedImage>>;
  /** By the workload's name. */
  readonly workloads: Readonly<Record<string, DeployedWorkload>>;
}

export interface DeployedImage {
  readonly contentHash: string;
  readonly identity: string;
}

export interface DeployedWorkload {
  readonly identity: string;
  /** Program's name of the host it lives on; undefined before the first up. */
  readonly host: string | undefined;
  /** By the service's name. */
  readonly services: Readonly<Record<string, RunImage>>;
  /** Its last up ended in an error. */
  readonly failed: boolean;
}

/** `image`: the program's name of an Image. `ref`: a ready reference. */
export type RunImage =
  | { readonly image: string; readonly contentHash: string; readonly identity: string }
  | { readonly ref: string };

/** Something of the program, whoever tells of it. */
export interface Told {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly failed?: boolean;
}

export function toldByState(resources: readonly StateResource[]): Told[] {
  return resources
    .filter((it) => it.delete !== true)
    .map(({ urn, inputs = {}, outputs = {}, initErrors }) => {
      const { type, name } = parseUrn(urn);
      return { type, name, inputs, outputs, failed: (initErrors ?? []).length > 0 };
    });
}

/** What a workload runs outranks what was built: a build whose workload did not come up runs nowhere. */
export function deployedOf(resources: readonly Told[]): Deployed {
  const workloads = resources
    .filter((it) => it.type === "drayage:index:Workload")
    .map((it) => [it.name, workloadOf(it)] as const);
  const built = resources
    .filter((it) => it.type === "drayage:index:Image")
    .map(({ name, inputs, outputs }) => {
      const { contentHash, identity } = { ...inputs, ...outputs };
      return [name, { contentHash: textOf(contentHash), identity: textOf(identity) }] as const;
    });
  const running = workloads.flatMap(([, { services }]) =>
    Object.values(services).flatMap((it) =>
      "image" in it ? [[it.image, { contentHash: it.contentHash, identity: it.identity }] as const] : [],
    ),
  );
  return { images: Object.fromEntries([...built, ...running]), workloads: Object.fromEntries(workloads) };
}

/** Images of which a stack runs several builds: what of them would be promoted? */
export function mixedImages({ workloads }: Deployed): string[] {
  const builds = new Map<string, Set<string>>();
  for (const it of Object.values(workloads).flatMap(({ services }) => Object.values(services))) {
    if ("image" in it) builds.set(it.image, (builds.get(it.image) ?? new Set()).add(it.identity));
  }
  return [...builds].filter(([, identities]) => identities.size > 1).map(([name]) => name);
}

/** `shop/db` → its reference; one by digest means the same everywhere. */
export function referencesOf({ workloads }: Deployed): Record<string, string> {
  const all = Object.entries(workloads).flatMap(([workload, { services }]) =>
    Object.entries(services).flatMap(([service, it]) =>
      "ref" in it && !it.ref.includes("@sha256:") ? [[`${workload}/${service}`, it.ref] as const] : [],
    ),
  );
  return Object.fromEntries(all);
}

function workloadOf({ inputs, outputs = {}, failed = false }: Told): DeployedWorkload {
  const services = Object.entries(recordOf(inputs.services)).map(
    ([name, service]) => [name, imageOf(recordOf(service).image)] as const,
  );
  const host = recordOf(outputs.placement).host;
  return {
    identity: textOf(outputs.identity ?? inputs.identity),
    host: typeof host === "string" ? host : undefined,
    services: Object.fromEntries(services),
    failed,
  };
}

function imageOf(written: unknown): RunImage {
  const { name, contentHash, identity } = recordOf(written);
  if (typeof name !== "string") return { ref: textOf(written) };
  return { image: name, contentHash: textOf(contentHash), identity: textOf(identity) };
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};

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

/** What a service was given, and as what it was seen to run. */
export type RunImage = GivenImage & {
  /** Identity in the receipt of the last up; undefined where that does not tell. */
  readonly runs: string | undefined;
};

/** `image`: the program's name of an Image. `ref`: a ready reference. */
type GivenImage = ({ readonly image: string } & DeployedImage) | { readonly ref: string };

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
  const deployed = { images: {}, workloads: Object.fromEntries(workloads) };
  const running = servicesOf(deployed).flatMap(({ runs }) =>
    "image" in runs ? [[runs.image, { contentHash: runs.contentHash, identity: runs.identity }] as const] : [],
  );
  return { ...deployed, images: Object.fromEntries([...built, ...running]) };
}

export interface RunService {
  /** `shop/api` */
  readonly key: string;
  readonly runs: RunImage;
}

export function servicesOf({ workloads }: Pick<Deployed, "workloads">): RunService[] {
  return Object.entries(workloads).flatMap(([workload, { services }]) =>
    Object.entries(services).map(([service, runs]) => ({ key: `${workload}/${service}`, runs })),
  );
}

/** `shop/db` → its reference; one by digest means the same everywhere. */
export function referencesOf(deployed: Deployed): Record<string, string> {
  const all = servicesOf(deployed).flatMap(({ key, runs }) => ("ref" in runs ? [[key, runs.ref] as const] : []));
  return Object.fromEntries(all.filter(([, ref]) => !ref.includes("@sha256:")));
}

function workloadOf({ inputs, outputs = {}, failed = false }: Told): DeployedWorkload {
  // Before it was a record the receipt was a hash alone.
  const seen = recordOf(recordOf(outputs.receipt).images);
  const services = Object.entries(recordOf(inputs.services)).map(([name, service]) => {
    const runs = seen[name];
    return [name, { ...givenImage(recordOf(service).image), runs: typeof runs === "string" ? runs : undefined }] as const;
  });
  const host = recordOf(outputs.placement).host;
  return {
    identity: textOf(outputs.identity ?? inputs.identity),
    host: typeof host === "string" ? host : undefined,
    services: Object.fromEntries(services),
    failed,
  };
}

function givenImage(written: unknown): GivenImage {
  const { name, contentHash, identity } = recordOf(written);
  if (typeof name !== "string") return { ref: textOf(written) };
  return { image: name, contentHash: textOf(contentHash), identity: textOf(identity) };
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};

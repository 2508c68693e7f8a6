/** What a workload requires of its host: what its `needs` state and its services imply, each with the place that asks. Pure. */
import type { NeedsSpec } from "./needs";
import type { ServiceSpec } from "./service-spec";
import type { WorkloadSpec } from "./workload";

export type Requirement = {
  /** `needs.memory`, `services.api.platform`. */
  readonly by: string;
} & (
  | { readonly kind: "arch"; readonly any: readonly string[] }
  | { readonly kind: "memory"; readonly bytes: number }
  | { readonly kind: "cpus" | "gpus"; readonly count: number }
  | { readonly kind: "storage" }
  | { readonly kind: "endpoint"; readonly endpoint: NonNullable<NeedsSpec["endpoint"]> }
);

/** What a preview cannot know yet (UNKNOWN in place of a number) requires nothing. */
export function requirementsOf({ needs = {}, services }: Pick<WorkloadSpec, "needs" | "services">): Requirement[] {
  const all = Object.entries(services);
  return [
    ...(needs.arch === undefined ? [] : [{ kind: "arch" as const, by: "needs.arch", any: needs.arch }]),
    ...all.flatMap(([name, service]) => platforms(name, service)),
    ...memory(needs, all),
    ...all.flatMap(([name, { cpus }]) => counted("cpus", name, cpus)),
    ...all.flatMap(([name, { gpus }]) => counted("gpus", name, gpus === "all" ? 1 : gpus)),
    ...(needs.persistent === true ? [{ kind: "storage" as const, by: "needs.persistent" }] : []),
    ...(needs.endpoint === undefined ? [] : [{ kind: "endpoint" as const, by: "needs.endpoint", endpoint: needs.endpoint }]),
  ];
}

function platforms(name: string, { platform, image }: ServiceSpec): Requirement[] {
  const written = [
    [platform, `services.${name}.platform`],
    [image.kind === "built" ? image.platform : undefined, `the platform of services.${name}.image`],
  ] as const;
  return written.flatMap(([text, by]) => {
    const arch = text?.split("/")[1];
    return arch === undefined ? [] : [{ kind: "arch", by, any: [arch] }];
  });
}

/** Only what runs at the same time adds up; a service without a limit adds nothing. */
function memory(needs: NeedsSpec, services: readonly (readonly [string, ServiceSpec])[]): Requirement[] {
  if (isNumber(needs.memoryBytes)) return [{ kind: "memory", by: "needs.memory", bytes: needs.memoryBytes }];
  if (needs.memoryBytes !== undefined) return [];
  const limits = services
    .filter(([, { run }]) => run === "continuously")
    .map(([, { memoryBytes, replicas }]) => (isNumber(memoryBytes) && isNumber(replicas) ? memoryBytes * replicas : 0));
  const bytes = limits.reduce((sum, limit) => sum + limit, 0);
  return bytes === 0 ? [] : [{ kind: "memory", by: "the services' memory limits together", bytes }];
}

function counted(kind: "cpus" | "gpus", service: string, count: number | undefined): Requirement[] {
  return isNumber(count) && count > 0 ? [{ kind, by: `services.${service}.${kind}`, count }] : [];
}

const isNumber = (value: unknown): value is number => typeof value === "number";

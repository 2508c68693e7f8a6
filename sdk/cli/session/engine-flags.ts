/** Options of ours as arguments of the engine. */
import type { Chosen } from "../common-options";

export interface EngineFlagOptions {
  readonly target?: readonly string[];
  readonly parallel?: number;
}

/** A targeted workload needs its hosts and images, of which the state may not know yet: they are all in. */
export function engineFlags(
  { target = [], parallel }: EngineFlagOptions,
  { project, stack }: Chosen,
  { needs = true }: { readonly needs?: boolean } = {},
): string[] {
  const urns = target.map((name) => urnPattern(project.name, stack, "drayage:index:Workload", name));
  const needed =
    target.length === 0 || !needs
      ? []
      : ["Host", "LocalHost", "Image"].map((type) => urnPattern(project.name, stack, `drayage:index:${type}`, "**"));
  return [
    ...[...urns, ...needed].flatMap((urn) => ["--target", urn]),
    ...(parallel === undefined ? [] : ["--parallel", String(parallel)]),
  ];
}

/** `**` before the type: a workload inside a component has its parents' types there. */
function urnPattern(project: string, stack: string, type: string, name: string): string {
  return `urn:pulumi:${stack}::${project}::**${type}::${name}`;
}

/** Keeps resources of other packages from being made while the program has mistakes. */
import { CustomResource, type Resource } from "@pulumi/pulumi";
import type { Problem } from "../spec/drayage-error";
import { reportProblems } from "./program-problems";

/** Never made: its Check tells all mistakes, as every resource of ours would. */
class Mistakes extends CustomResource {
  constructor(problems: readonly Problem[]) {
    super("drayage:index:Mistakes", "mistakes", { problems: [...problems] });
  }
}

const told = new WeakMap<readonly Problem[], Mistakes>();

/**
 * What a resource that carries no `problems` of its own depends on. Nothing in a right program, so that it costs nothing there; in a
 * wrong one a resource that fails before they begin. `problems` concern the named resource.
 */
export async function permission(name: string, problems: readonly Problem[]): Promise<Resource[]> {
  const found = await reportProblems(name, problems);
  if (found === undefined) return [];
  const mistakes = told.get(found) ?? new Mistakes(found);
  told.set(found, mistakes);
  return [mistakes];
}

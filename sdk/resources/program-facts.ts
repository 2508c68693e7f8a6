/** What each resource tells the provider beside what the user wrote. */
import { Config, getStack } from "@pulumi/pulumi";
import { findProjectDir, type Pin, pinsFile, readPins } from "../context/pins-file";
import type { Problem } from "../spec/drayage-error";

export interface ProgramFacts {
  /** Identity of the stack, `dray:stackUid` in Pulumi.<stack>.yaml; undefined where nobody has made one. */
  readonly stackUid: string | undefined;
  /** The program's folder on this machine: what relative paths start from. Never compared. */
  readonly programDir: string;
}

/** The provider's own PULUMI_CONFIG has no `dray:` key, so what is there travels as an input. */
export function programFacts(): ProgramFacts {
  return { stackUid: new Config("dray").get("stackUid"), programDir: process.cwd() };
}

export function pinOf(workload: string): Pin | undefined | { readonly problem: Problem } {
  const projectDir = findProjectDir(process.cwd());
  if (projectDir === undefined) return undefined;
  try {
    return readPins(pinsFile(projectDir, getStack())).workloads[workload];
  } catch (error) {
    return { problem: { path: "", reason: error instanceof Error ? error.message : String(error) } };
  }
}

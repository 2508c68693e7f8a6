/** The arguments of a host, read, and what of the operator's machine they stand for. */
import type { Input, Resource } from "@pulumi/pulumi";
import { knownPart } from "../../sdk/resources/known-part";
import { programFacts, secretSurroundings } from "../../sdk/resources/program-facts";
import { reportProblems } from "../../sdk/resources/program-problems";
import type { Ec2HostArgs } from "./ec2-host-args";
import { operatorKeys } from "./operator-keys";
import { type Ec2HostSpec, readEc2Host } from "./read-ec2-host";

export interface HostWish {
  readonly name: string;
  readonly args: Ec2HostArgs;
  readonly parent: Resource;
  /** undefined: it has mistakes, which were reported, and nothing of it is made. */
  readonly spec: Ec2HostSpec | undefined;
  /** Public keys that open the login. */
  readonly authorizedKeys: readonly Input<string>[];
}

export function hostWish(name: string, args: Ec2HostArgs, parent: Resource): HostWish {
  const { home } = secretSurroundings();
  const places = { home, base: programFacts().programDir };
  // Wrong types are for the reader to complain about.
  const files = [args?.identityFile ?? []].flat().filter((file) => typeof file === "string");
  const found = args?.authorizedKeys === undefined ? operatorKeys(files, places) : { keys: [] };
  const { transform: _, ...written } = args ?? {};
  const read = readEc2Host(knownPart(written), "keys" in found ? found.keys : found.problem);
  void reportProblems(name, "problems" in read ? read.problems : []);
  const authorizedKeys = args?.authorizedKeys ?? ("keys" in found ? found.keys : []);
  return { name, args, parent, spec: "spec" in read ? read.spec : undefined, authorizedKeys };
}

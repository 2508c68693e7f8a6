/** What a machine may do at AWS. Pure. */
import type { Problem } from "../../sdk/spec/drayage-error";
import { Place } from "../../sdk/spec/place";
import { fields, listOf, matching, type Reader, requireKeys } from "../../sdk/spec/read";
import { readTags } from "./read-network";

export interface Permission {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

const statement = fields({
  actions: listOf(matching("an action such as 'ecr:BatchGetImage'", /^[a-z0-9-]+:[A-Za-z0-9*]+$/), "a list of actions"),
  resources: listOf(matching("an ARN or '*'", /^(arn:\S+|\*)$/), "a list of ARNs"),
});

export const readPermissions: Reader<Permission[]> = listOf((value, place) => {
  const read = statement(value, place);
  requireKeys(value, ["actions", "resources"], place);
  for (const key of ["actions", "resources"] as const) if (read?.[key]?.length === 0) place.key(key).problem("is empty");
  return read?.actions === undefined || read.resources === undefined
    ? undefined
    : { actions: read.actions, resources: read.resources };
}, "a list of { actions, resources }");

export function readIdentity(input: unknown): readonly Problem[] {
  const problems: Problem[] = [];
  fields({ permissions: readPermissions, tags: readTags })(input, Place.root(problems, { allowUnknown: true }));
  return problems;
}

/** Only EC2 may take the role on. */
export const machineTrust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

export const policyText = (permissions: readonly Permission[]): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: permissions.map(({ actions, resources }) => ({ Effect: "Allow", Action: actions, Resource: resources })),
  });

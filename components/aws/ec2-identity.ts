import { InstanceProfile } from "@pulumi/aws/iam/instanceProfile";
import { Role } from "@pulumi/aws/iam/role";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy";
import { ComponentResource, type ComponentResourceOptions, type Input, type Output, output } from "@pulumi/pulumi";
import { knownPart } from "../../sdk/resources/known-part";
import { permission } from "../../sdk/resources/mistakes";
import { child, type Scope, taggedChild } from "./child";
import type { PermissionArgs } from "./ec2-host-args";
import { machineTrust, policyText, readIdentity } from "./read-identity";
import type { IdentityTransforms } from "./transforms";

export interface Ec2IdentityArgs {
  /** What the machine may do at AWS. Default: nothing. */
  readonly permissions?: readonly PermissionArgs[];
  /** Tags beside our own. Default none. */
  readonly tags?: Readonly<Record<string, Input<string>>>;
  /** Adjusts children: one function for each. */
  readonly transform?: IdentityTransforms;
}

/**
 * Who a machine is at AWS: a role that only EC2 can take on, without any permission that is not asked for. Every `Ec2Host` makes one.
 * Containers do not get it while the host's `hopLimit` is 1.
 *
 * @example
 * const identity = new Ec2Identity("puller", { permissions: [{ actions: ["ecr:BatchGetImage"], resources: [repository.arn] }] });
 */
export class Ec2Identity extends ComponentResource {
  readonly roleName: Output<string>;
  readonly roleArn: Output<string>;
  readonly instanceProfileName: Output<string>;

  constructor(name: string, args: Ec2IdentityArgs = {}, options?: ComponentResourceOptions) {
    super("drayage:aws:Ec2Identity", name, {}, options);
    const { transform, ...written } = args;
    const scope = { name, parent: this, after: permission(name, readIdentity(knownPart(written))), tags: args.tags };
    const { role, profile } = makeIdentity(scope, args.permissions ?? [], transform);
    this.roleName = role.name;
    this.roleArn = role.arn;
    this.instanceProfileName = profile.name;
    this.registerOutputs({ roleName: this.roleName });
  }
}

export interface IdentityParts {
  readonly role: Role;
  readonly profile: InstanceProfile;
}

export function makeIdentity(
  scope: Scope,
  permissions: readonly PermissionArgs[],
  transform: IdentityTransforms = {},
): IdentityParts {
  const role = taggedChild(scope, Role, {
    key: "role",
    args: { assumeRolePolicy: machineTrust, description: `drayage host ${scope.name}` },
    transform: transform.role,
  });
  if (permissions.length > 0) {
    const policy = output(permissions).apply(policyText);
    child(scope, RolePolicy, { key: "policy", args: { role: role.name, policy }, transform: transform.rolePolicy });
  }
  const profile = taggedChild(scope, InstanceProfile, {
    key: "profile",
    args: { role: role.name },
    transform: transform.instanceProfile,
  });
  return { role, profile };
}

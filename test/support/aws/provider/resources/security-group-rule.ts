/** One rule, in or out: a resource of its own, as the package has it since rules have ids. */
import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  DescribeSecurityGroupRulesCommand,
  type IpPermission,
  ModifySecurityGroupRulesCommand,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from "@aws-sdk/client-ec2";
import type { PlainRecord } from "../../../../../sdk/provider/plain";
import type { Cloud } from "../cloud";
import { replace, update } from "../input-rules";
import type { ResourceKind } from "../resource-kind";
import { tagged, tagOutputs, updateTags } from "../tags";
import { number, requiredText, text } from "../values";
import { hasCode, unlessMissing, until, whenPossible } from "../waiting";

const missing = ["InvalidSecurityGroupRuleId.NotFound", "InvalidGroup.NotFound"];

export const securityGroupIngressRule = ruleKind("in");
export const securityGroupEgressRule = ruleKind("out");

function ruleKind(direction: "in" | "out"): ResourceKind {
  return {
    inputs: {
      securityGroupId: replace,
      ipProtocol: update,
      fromPort: update,
      toPort: update,
      cidrIpv4: update,
      cidrIpv6: update,
      description: update,
      tags: update,
    },
    async create(cloud, inputs) {
      const input = {
        GroupId: requiredText(inputs, "securityGroupId"),
        IpPermissions: [permission(inputs)],
        ...tagged(inputs, "security-group-rule"),
      };
      const authorize = async () => {
        if (direction === "in") return cloud.ec2.send(new AuthorizeSecurityGroupIngressCommand(input));
        return cloud.ec2.send(new AuthorizeSecurityGroupEgressCommand(input));
      };
      const { SecurityGroupRules } = await whenPossible(cloud, authorize, hasCode("InvalidGroup.NotFound"));
      return SecurityGroupRules?.[0]?.SecurityGroupRuleId ?? "";
    },
    settle: async (cloud, id) => void (await until(cloud, `security group rule ${id}`, () => described(cloud, id))),
    async read(cloud, id) {
      const found = await described(cloud, id);
      if (found === undefined) return undefined;
      return {
        arn: `arn:aws:ec2:${cloud.region}:${cloud.account}:security-group-rule/${id}`,
        securityGroupRuleId: id,
        securityGroupId: found.GroupId,
        ipProtocol: found.IpProtocol,
        // With all protocols ports mean nothing, and AWS says -1.
        fromPort: found.IpProtocol === "-1" ? undefined : found.FromPort,
        toPort: found.IpProtocol === "-1" ? undefined : found.ToPort,
        cidrIpv4: found.CidrIpv4,
        cidrIpv6: found.CidrIpv6,
        description: found.Description === "" ? undefined : found.Description,
        ...tagOutputs(found.Tags),
      } satisfies PlainRecord;
    },
    async update(cloud, id, change) {
      if (Object.keys(rule(change.news)).some((property) => change.has(property))) await modify(cloud, id, change.news);
      await updateTags(cloud, id, change);
    },
    async delete(cloud, id, olds) {
      const input = { GroupId: requiredText(olds, "securityGroupId"), SecurityGroupRuleIds: [id] };
      const command = direction === "in" ? revokeIn(cloud, input) : revokeOut(cloud, input);
      await unlessMissing(command, ...missing);
    },
  };
}

type Revocation = { GroupId: string; SecurityGroupRuleIds: string[] };
const revokeIn = (cloud: Cloud, input: Revocation): Promise<unknown> =>
  cloud.ec2.send(new RevokeSecurityGroupIngressCommand(input));
const revokeOut = (cloud: Cloud, input: Revocation): Promise<unknown> =>
  cloud.ec2.send(new RevokeSecurityGroupEgressCommand(input));

/** The inputs that are the rule itself, under their own names. */
function rule(inputs: PlainRecord) {
  const all = inputs.ipProtocol === "-1";
  return {
    ipProtocol: requiredText(inputs, "ipProtocol"),
    fromPort: all ? undefined : number(inputs, "fromPort"),
    toPort: all ? undefined : number(inputs, "toPort"),
    cidrIpv4: text(inputs, "cidrIpv4"),
    cidrIpv6: text(inputs, "cidrIpv6"),
    description: text(inputs, "description"),
  };
}

function permission(inputs: PlainRecord): IpPermission {
  const { ipProtocol, fromPort, toPort, cidrIpv4, cidrIpv6, description } = rule(inputs);
  const Description = description === undefined ? {} : { Description: description };
  return {
    IpProtocol: ipProtocol,
    ...(fromPort === undefined ? {} : { FromPort: fromPort }),
    ...(toPort === undefined ? {} : { ToPort: toPort }),
    ...(cidrIpv4 === undefined ? {} : { IpRanges: [{ CidrIp: cidrIpv4, ...Description }] }),
    ...(cidrIpv6 === undefined ? {} : { Ipv6Ranges: [{ CidrIpv6: cidrIpv6, ...Description }] }),
  };
}

async function modify(cloud: Cloud, id: string, news: PlainRecord): Promise<void> {
  const { ipProtocol, fromPort, toPort, cidrIpv4, cidrIpv6, description } = rule(news);
  const SecurityGroupRule = {
    IpProtocol: ipProtocol,
    FromPort: fromPort ?? -1,
    ToPort: toPort ?? -1,
    ...(cidrIpv4 === undefined ? {} : { CidrIpv4: cidrIpv4 }),
    ...(cidrIpv6 === undefined ? {} : { CidrIpv6: cidrIpv6 }),
    ...(description === undefined ? {} : { Description: description }),
  };
  const GroupId = requiredText(news, "securityGroupId");
  await cloud.ec2.send(
    new ModifySecurityGroupRulesCommand({ GroupId, SecurityGroupRules: [{ SecurityGroupRuleId: id, SecurityGroupRule }] }),
  );
}

async function described(cloud: Cloud, id: string) {
  const asked = cloud.ec2.send(new DescribeSecurityGroupRulesCommand({ SecurityGroupRuleIds: [id] }));
  return (await unlessMissing(asked, ...missing))?.SecurityGroupRules?.[0];
}

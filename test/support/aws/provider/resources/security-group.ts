import {
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  RevokeSecurityGroupEgressCommand,
} from "@aws-sdk/client-ec2";
import type { PlainRecord } from "../../../../../sdk/provider/plain";
import type { Cloud } from "../cloud";
import { replace, setting, update } from "../input-rules";
import type { ResourceKind } from "../resource-kind";
import { tagged, tagOutputs, updateTags } from "../tags";
import { requiredText, text } from "../values";
import { hasCode, unlessMissing, until, whenPossible } from "../waiting";

const missing = "InvalidGroup.NotFound";
const allOut = [{ IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] }];

export const securityGroup: ResourceKind = {
  inputs: { name: replace, description: replace, vpcId: { ...replace, keeps: true }, revokeRulesOnDelete: setting, tags: update },
  autoName: "name",
  defaults: { description: "Managed by Pulumi" },
  async create(cloud, inputs) {
    const VpcId = text(inputs, "vpcId");
    const { GroupId = "" } = await cloud.ec2.send(
      new CreateSecurityGroupCommand({
        GroupName: requiredText(inputs, "name"),
        Description: requiredText(inputs, "description"),
        ...(VpcId && { VpcId }),
        ...tagged(inputs, "security-group"),
      }),
    );
    return GroupId;
  },
  /** As the real one: AWS lets everything out of a new group, and nobody asked for that. */
  async settle(cloud, id, _inputs, fresh) {
    await until(cloud, `security group ${id}`, () => described(cloud, id));
    if (!fresh) return;
    await unlessMissing(
      cloud.ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId: id, IpPermissions: allOut })),
      "InvalidPermission.NotFound",
    );
  },
  async read(cloud, id) {
    const found = await described(cloud, id);
    if (found === undefined) return undefined;
    return {
      arn: `arn:aws:ec2:${cloud.region}:${cloud.account}:security-group/${id}`,
      ownerId: found.OwnerId,
      name: found.GroupName,
      description: found.Description,
      vpcId: found.VpcId,
      ...tagOutputs(found.Tags),
    } satisfies PlainRecord;
  },
  update: (cloud, id, change) => updateTags(cloud, id, change),
  async delete(cloud, id) {
    const remove = () => unlessMissing(cloud.ec2.send(new DeleteSecurityGroupCommand({ GroupId: id })), missing);
    await whenPossible(cloud, remove, hasCode("DependencyViolation", "InvalidGroup.InUse"));
  },
};

async function described(cloud: Cloud, id: string) {
  const asked = cloud.ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [id] }));
  return (await unlessMissing(asked, missing))?.SecurityGroups?.[0];
}

import {
  CreateVpcCommand,
  DeleteVpcCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
  ModifyVpcAttributeCommand,
  type VpcAttributeName,
} from "@aws-sdk/client-ec2";
import type { Plain, PlainRecord } from "../../../../../sdk/provider/plain";
import type { Cloud } from "../cloud";
import { replace, update } from "../input-rules";
import type { ResourceKind } from "../resource-kind";
import { tagged, tagOutputs, updateTags } from "../tags";
import { flag, requiredText, text } from "../values";
import { hasCode, unlessMissing, until, whenPossible } from "../waiting";

export const vpc: ResourceKind = {
  inputs: {
    cidrBlock: replace,
    instanceTenancy: { ...update, keeps: true },
    enableDnsSupport: { ...update, keeps: true },
    enableDnsHostnames: { ...update, keeps: true },
    tags: update,
  },
  async create(cloud, inputs) {
    const InstanceTenancy = text(inputs, "instanceTenancy") as "default" | "dedicated" | undefined;
    const { Vpc } = await cloud.ec2.send(
      new CreateVpcCommand({
        CidrBlock: requiredText(inputs, "cidrBlock"),
        ...(InstanceTenancy && { InstanceTenancy }),
        ...tagged(inputs, "vpc"),
      }),
    );
    return Vpc?.VpcId ?? "";
  },
  async settle(cloud, id, inputs) {
    await until(cloud, `vpc ${id}`, async () => ((await described(cloud, id))?.State === "available" ? true : undefined));
    await setAttribute(cloud, id, "enableDnsSupport", flag(inputs, "enableDnsSupport"));
    await setAttribute(cloud, id, "enableDnsHostnames", flag(inputs, "enableDnsHostnames"));
  },
  async read(cloud, id) {
    const found = await described(cloud, id);
    if (found === undefined) return undefined;
    return {
      arn: `arn:aws:ec2:${cloud.region}:${cloud.account}:vpc/${id}`,
      cidrBlock: found.CidrBlock,
      instanceTenancy: found.InstanceTenancy,
      ownerId: found.OwnerId,
      enableDnsSupport: await attribute(cloud, id, "enableDnsSupport"),
      enableDnsHostnames: await attribute(cloud, id, "enableDnsHostnames"),
      ...tagOutputs(found.Tags),
    } satisfies PlainRecord;
  },
  /** The attributes are set by `settle`. */
  update: (cloud, id, change) => updateTags(cloud, id, change),
  async delete(cloud, id) {
    const remove = () => unlessMissing(cloud.ec2.send(new DeleteVpcCommand({ VpcId: id })), "InvalidVpcID.NotFound");
    await whenPossible(cloud, remove, hasCode("DependencyViolation"));
  },
};

async function described(cloud: Cloud, id: string) {
  const asked = cloud.ec2.send(new DescribeVpcsCommand({ VpcIds: [id] }));
  return (await unlessMissing(asked, "InvalidVpcID.NotFound"))?.Vpcs?.[0];
}

async function attribute(cloud: Cloud, id: string, Attribute: VpcAttributeName): Promise<Plain | undefined> {
  const answer = await cloud.ec2.send(new DescribeVpcAttributeCommand({ VpcId: id, Attribute }));
  return (Attribute === "enableDnsSupport" ? answer.EnableDnsSupport : answer.EnableDnsHostnames)?.Value;
}

async function setAttribute(
  cloud: Cloud,
  id: string,
  name: "enableDnsSupport" | "enableDnsHostnames",
  Value: boolean | undefined,
) {
  if (Value === undefined || (await attribute(cloud, id, name)) === Value) return;
  const change = name === "enableDnsSupport" ? { EnableDnsSupport: { Value } } : { EnableDnsHostnames: { Value } };
  await cloud.ec2.send(new ModifyVpcAttributeCommand({ VpcId: id, ...change }));
}

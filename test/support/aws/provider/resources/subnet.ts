import {
  CreateSubnetCommand,
  DeleteSubnetCommand,
  DescribeSubnetsCommand,
  ModifySubnetAttributeCommand,
} from "@aws-sdk/client-ec2";
import type { PlainRecord } from "../../../../../sdk/provider/plain";
import type { Cloud } from "../cloud";
import { replace, update } from "../input-rules";
import type { ResourceKind } from "../resource-kind";
import { tagged, tagOutputs, updateTags } from "../tags";
import { flag, requiredText, text } from "../values";
import { hasCode, unlessMissing, until, whenPossible } from "../waiting";

const missing = "InvalidSubnetID.NotFound";

export const subnet: ResourceKind = {
  inputs: {
    vpcId: replace,
    cidrBlock: replace,
    availabilityZone: { ...replace, keeps: true },
    mapPublicIpOnLaunch: update,
    tags: update,
  },
  async create(cloud, inputs) {
    const AvailabilityZone = text(inputs, "availabilityZone");
    const { Subnet } = await cloud.ec2.send(
      new CreateSubnetCommand({
        VpcId: requiredText(inputs, "vpcId"),
        CidrBlock: requiredText(inputs, "cidrBlock"),
        ...(AvailabilityZone && { AvailabilityZone }),
        ...tagged(inputs, "subnet"),
      }),
    );
    return Subnet?.SubnetId ?? "";
  },
  async settle(cloud, id, inputs) {
    const found = await until(cloud, `subnet ${id}`, async () => {
      const it = await described(cloud, id);
      return it?.State === "available" ? it : undefined;
    });
    const Value = flag(inputs, "mapPublicIpOnLaunch") ?? false;
    if (found.MapPublicIpOnLaunch === Value) return;
    await cloud.ec2.send(new ModifySubnetAttributeCommand({ SubnetId: id, MapPublicIpOnLaunch: { Value } }));
  },
  async read(cloud, id) {
    const found = await described(cloud, id);
    if (found === undefined) return undefined;
    return {
      arn: `arn:aws:ec2:${cloud.region}:${cloud.account}:subnet/${id}`,
      ownerId: found.OwnerId,
      vpcId: found.VpcId,
      cidrBlock: found.CidrBlock,
      availabilityZone: found.AvailabilityZone,
      availabilityZoneId: found.AvailabilityZoneId,
      mapPublicIpOnLaunch: found.MapPublicIpOnLaunch,
      ...tagOutputs(found.Tags),
    } satisfies PlainRecord;
  },
  /** The attribute is set by `settle`. */
  update: (cloud, id, change) => updateTags(cloud, id, change),
  async delete(cloud, id) {
    const remove = () => unlessMissing(cloud.ec2.send(new DeleteSubnetCommand({ SubnetId: id })), missing);
    await whenPossible(cloud, remove, hasCode("DependencyViolation"));
  },
};

async function described(cloud: Cloud, id: string) {
  const asked = cloud.ec2.send(new DescribeSubnetsCommand({ SubnetIds: [id] }));
  return (await unlessMissing(asked, missing))?.Subnets?.[0];
}

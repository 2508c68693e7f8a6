import {
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  DeleteInternetGatewayCommand,
  DescribeInternetGatewaysCommand,
  DetachInternetGatewayCommand,
} from "@aws-sdk/client-ec2";
import type { PlainRecord } from "../../../../../sdk/provider/plain";
import type { Cloud } from "../cloud";
import { update } from "../input-rules";
import type { ResourceKind } from "../resource-kind";
import { tagged, tagOutputs, updateTags } from "../tags";
import { text } from "../values";
import { hasCode, unlessMissing, until, whenPossible } from "../waiting";

const missing = "InvalidInternetGatewayID.NotFound";

export const internetGateway: ResourceKind = {
  inputs: { vpcId: { ...update, keeps: true }, tags: update },
  async create(cloud, inputs) {
    const made = await cloud.ec2.send(new CreateInternetGatewayCommand(tagged(inputs, "internet-gateway")));
    return made.InternetGateway?.InternetGatewayId ?? "";
  },
  async settle(cloud, id, inputs) {
    const { Attachments } = await until(cloud, `internet gateway ${id}`, () => described(cloud, id));
    const VpcId = text(inputs, "vpcId");
    if (VpcId === undefined || Attachments?.some((attachment) => attachment.VpcId === VpcId)) return;
    const attach = () => cloud.ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId: id, VpcId }));
    await whenPossible(cloud, attach, hasCode(missing));
  },
  async read(cloud, id) {
    const found = await described(cloud, id);
    if (found === undefined) return undefined;
    return {
      arn: `arn:aws:ec2:${cloud.region}:${cloud.account}:internet-gateway/${id}`,
      ownerId: found.OwnerId,
      vpcId: found.Attachments?.[0]?.VpcId,
      ...tagOutputs(found.Tags),
    } satisfies PlainRecord;
  },
  async update(cloud, id, change) {
    if (change.has("vpcId")) await detach(cloud, id, change.olds);
    await updateTags(cloud, id, change);
  },
  async delete(cloud, id, olds) {
    await detach(cloud, id, olds);
    const remove = () => unlessMissing(cloud.ec2.send(new DeleteInternetGatewayCommand({ InternetGatewayId: id })), missing);
    await whenPossible(cloud, remove, hasCode("DependencyViolation"));
  },
};

/** While addresses are mapped AWS refuses, and they go at the same time. */
async function detach(cloud: Cloud, id: string, olds: PlainRecord): Promise<void> {
  const VpcId = text(olds, "vpcId");
  if (VpcId === undefined) return;
  const leave = () =>
    unlessMissing(
      cloud.ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId: id, VpcId })),
      "Gateway.NotAttached",
      missing,
    );
  await whenPossible(cloud, leave, hasCode("DependencyViolation"));
}

async function described(cloud: Cloud, id: string) {
  const asked = cloud.ec2.send(new DescribeInternetGatewaysCommand({ InternetGatewayIds: [id] }));
  return (await unlessMissing(asked, missing))?.InternetGateways?.[0];
}

import { CreateRouteTableCommand, DeleteRouteTableCommand } from "@aws-sdk/client-ec2";
import type { PlainRecord } from "../../../../../sdk/provider/plain";
import { describeRouteTable, missingTable } from "../describe-route-table";
import { replace, update } from "../input-rules";
import type { ResourceKind } from "../resource-kind";
import { tagged, tagOutputs, updateTags } from "../tags";
import { requiredText } from "../values";
import { hasCode, unlessMissing, until, whenPossible } from "../waiting";

export const routeTable: ResourceKind = {
  inputs: { vpcId: replace, tags: update },
  async create(cloud, inputs) {
    const made = await cloud.ec2.send(
      new CreateRouteTableCommand({ VpcId: requiredText(inputs, "vpcId"), ...tagged(inputs, "route-table") }),
    );
    return made.RouteTable?.RouteTableId ?? "";
  },
  settle: async (cloud, id) => void (await until(cloud, `route table ${id}`, () => describeRouteTable(cloud, id))),
  async read(cloud, id) {
    const found = await describeRouteTable(cloud, id);
    if (found === undefined) return undefined;
    return {
      arn: `arn:aws:ec2:${cloud.region}:${cloud.account}:route-table/${id}`,
      ownerId: found.OwnerId,
      vpcId: found.VpcId,
      ...tagOutputs(found.Tags),
    } satisfies PlainRecord;
  },
  update: (cloud, id, change) => updateTags(cloud, id, change),
  async delete(cloud, id) {
    const remove = () => unlessMissing(cloud.ec2.send(new DeleteRouteTableCommand({ RouteTableId: id })), missingTable);
    await whenPossible(cloud, remove, hasCode("DependencyViolation"));
  },
};

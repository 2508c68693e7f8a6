import { AssociateRouteTableCommand, DescribeRouteTablesCommand, DisassociateRouteTableCommand } from "@aws-sdk/client-ec2";
import type { PlainRecord } from "../../../../../sdk/provider/plain";
import type { Cloud } from "../cloud";
import { missingTable } from "../describe-route-table";
import { replace } from "../input-rules";
import type { ResourceKind } from "../resource-kind";
import { requiredText } from "../values";
import { hasCode, unlessMissing, until, whenPossible } from "../waiting";

/** The real one changes the table in place, under a new id; a component of ours never changes it. */
export const routeTableAssociation: ResourceKind = {
  inputs: { subnetId: replace, routeTableId: replace },
  deleteBeforeReplace: true,
  async create(cloud, inputs) {
    const associate = () =>
      cloud.ec2.send(
        new AssociateRouteTableCommand({
          RouteTableId: requiredText(inputs, "routeTableId"),
          SubnetId: requiredText(inputs, "subnetId"),
        }),
      );
    return (await whenPossible(cloud, associate, hasCode(missingTable, "InvalidSubnetID.NotFound"))).AssociationId ?? "";
  },
  settle: async (cloud, id) => void (await until(cloud, `route table association ${id}`, () => described(cloud, id))),
  async read(cloud, id) {
    const found = await described(cloud, id);
    return found && ({ subnetId: found.SubnetId, routeTableId: found.RouteTableId } satisfies PlainRecord);
  },
  async delete(cloud, id) {
    await unlessMissing(
      cloud.ec2.send(new DisassociateRouteTableCommand({ AssociationId: id })),
      "InvalidAssociationID.NotFound",
    );
  },
};

async function described(cloud: Cloud, id: string) {
  const Filters = [{ Name: "association.route-table-association-id", Values: [id] }];
  const { RouteTables } = await cloud.ec2.send(new DescribeRouteTablesCommand({ Filters }));
  return RouteTables?.[0]?.Associations?.find((it) => it.RouteTableAssociationId === id);
}

import { createHash } from "node:crypto";
import { CreateRouteCommand, DeleteRouteCommand, ReplaceRouteCommand } from "@aws-sdk/client-ec2";
import type { PlainRecord } from "../../../../../sdk/provider/plain";
import type { Cloud } from "../cloud";
import { describeRouteTable, missingTable } from "../describe-route-table";
import { replace, update } from "../input-rules";
import type { ResourceKind } from "../resource-kind";
import { requiredText } from "../values";
import { hasCode, unlessMissing, until, whenPossible } from "../waiting";

/** AWS gives routes no id: it is made of the table's and the destination. */
export const route: ResourceKind = {
  inputs: { routeTableId: replace, destinationCidrBlock: replace, gatewayId: update },
  async create(cloud, inputs) {
    // A table or gateway made a moment ago may not have arrived everywhere.
    const create = () => cloud.ec2.send(new CreateRouteCommand(target(inputs)));
    await whenPossible(cloud, create, hasCode(missingTable, "InvalidGatewayID.NotFound", "InvalidInternetGatewayID.NotFound"));
    return `r-${requiredText(inputs, "routeTableId")}${digest(requiredText(inputs, "destinationCidrBlock"))}`;
  },
  settle: async (cloud, id, inputs) => void (await until(cloud, `route ${id}`, () => described(cloud, inputs))),
  async read(cloud, _id, inputs) {
    const found = await described(cloud, inputs);
    if (found === undefined) return undefined;
    return {
      routeTableId: requiredText(inputs, "routeTableId"),
      destinationCidrBlock: found.DestinationCidrBlock,
      gatewayId: found.GatewayId,
      origin: found.Origin,
      state: found.State,
    } satisfies PlainRecord;
  },
  update: async (cloud, _id, { news }) => void (await cloud.ec2.send(new ReplaceRouteCommand(target(news)))),
  async delete(cloud, _id, olds) {
    const { RouteTableId, DestinationCidrBlock } = target(olds);
    const asked = cloud.ec2.send(new DeleteRouteCommand({ RouteTableId, DestinationCidrBlock }));
    await unlessMissing(asked, missingTable, "InvalidRoute.NotFound");
  },
};

const target = (inputs: PlainRecord) => ({
  RouteTableId: requiredText(inputs, "routeTableId"),
  DestinationCidrBlock: requiredText(inputs, "destinationCidrBlock"),
  GatewayId: requiredText(inputs, "gatewayId"),
});

async function described(cloud: Cloud, inputs: PlainRecord) {
  const table = await describeRouteTable(cloud, requiredText(inputs, "routeTableId"));
  return table?.Routes?.find((it) => it.DestinationCidrBlock === requiredText(inputs, "destinationCidrBlock"));
}

const digest = (destination: string) => Number.parseInt(createHash("sha256").update(destination).digest("hex").slice(0, 8), 16);

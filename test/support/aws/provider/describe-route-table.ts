import { DescribeRouteTablesCommand, type RouteTable } from "@aws-sdk/client-ec2";
import type { Cloud } from "./cloud";
import { unlessMissing } from "./waiting";

export const missingTable = "InvalidRouteTableID.NotFound";

export async function describeRouteTable(cloud: Cloud, id: string): Promise<RouteTable | undefined> {
  const asked = cloud.ec2.send(new DescribeRouteTablesCommand({ RouteTableIds: [id] }));
  return (await unlessMissing(asked, missingTable))?.RouteTables?.[0];
}

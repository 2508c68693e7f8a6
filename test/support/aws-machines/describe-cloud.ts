import {
  DescribeAddressesCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
  type EC2Client,
} from "@aws-sdk/client-ec2";
import { type CloudWorld, cloudWorld } from "./cloud-world";

/** @param volumesSeen whose snapshots count: a fake cloud has a thousand others, of its images. */
export async function describeCloud(ec2: EC2Client, volumesSeen: readonly string[]): Promise<CloudWorld> {
  const [instances, volumes, addresses] = await Promise.all([
    ec2.send(new DescribeInstancesCommand({})),
    ec2.send(new DescribeVolumesCommand({})),
    ec2.send(new DescribeAddressesCommand({})),
  ]);
  const snapshotsOf = [{ Name: "volume-id", Values: [...volumesSeen] }];
  const snapshots = volumesSeen.length > 0 ? await ec2.send(new DescribeSnapshotsCommand({ Filters: snapshotsOf })) : undefined;
  const placed = addresses.Addresses?.some(({ NetworkInterfaceId }) => NetworkInterfaceId !== undefined) ?? false;
  const [rules, routeTables] = await Promise.all([
    placed ? ec2.send(new DescribeSecurityGroupRulesCommand({})) : undefined,
    placed ? ec2.send(new DescribeRouteTablesCommand({})) : undefined,
  ]);
  return cloudWorld({
    instances: (instances.Reservations ?? []).flatMap(({ Instances }) => Instances ?? []),
    volumes: volumes.Volumes ?? [],
    snapshots: snapshots?.Snapshots ?? [],
    addresses: addresses.Addresses ?? [],
    rules: rules?.SecurityGroupRules ?? [],
    routeTables: routeTables?.RouteTables ?? [],
  });
}

export async function userDataOf(ec2: EC2Client, instanceId: string): Promise<string> {
  const told = await ec2.send(new DescribeInstanceAttributeCommand({ InstanceId: instanceId, Attribute: "userData" }));
  return Buffer.from(told.UserData?.Value ?? "", "base64").toString();
}

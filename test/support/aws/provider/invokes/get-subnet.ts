import { DescribeSubnetsCommand } from "@aws-sdk/client-ec2";
import { filters } from "../filters";
import type { PackageFunction } from "../functions";
import { tagOutputs } from "../tags";
import { text } from "../values";

export const getSubnet: PackageFunction = {
  arguments: ["id", "filters"],
  async call(cloud, args) {
    const id = text(args, "id");
    const { Subnets = [] } = await cloud.ec2.send(
      new DescribeSubnetsCommand({ ...filters(args), ...(id && { SubnetIds: [id] }) }),
    );
    const [found, second] = Subnets;
    if (found === undefined) throw new Error("no matching EC2 Subnet found");
    if (second !== undefined)
      throw new Error("multiple EC2 Subnets matched; use additional constraints to reduce matches to a single EC2 Subnet");
    return {
      ...args,
      id: found.SubnetId,
      arn: found.SubnetArn,
      availabilityZone: found.AvailabilityZone,
      availabilityZoneId: found.AvailabilityZoneId,
      availableIpAddressCount: found.AvailableIpAddressCount,
      cidrBlock: found.CidrBlock,
      defaultForAz: found.DefaultForAz,
      mapPublicIpOnLaunch: found.MapPublicIpOnLaunch,
      ownerId: found.OwnerId,
      region: cloud.region,
      state: found.State,
      vpcId: found.VpcId,
      tags: tagOutputs(found.Tags).tags,
    };
  },
};

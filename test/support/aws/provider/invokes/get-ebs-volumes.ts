import { DescribeVolumesCommand } from "@aws-sdk/client-ec2";
import { filters } from "../filters";
import type { PackageFunction } from "../functions";

/** Nothing found is an empty list. */
export const getEbsVolumes: PackageFunction = {
  arguments: ["filters"],
  async call(cloud, args) {
    const { Volumes = [] } = await cloud.ec2.send(new DescribeVolumesCommand(filters(args)));
    return { ...args, id: cloud.region, ids: Volumes.map(({ VolumeId = "" }) => VolumeId), region: cloud.region };
  },
};

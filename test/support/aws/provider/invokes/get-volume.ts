import { DescribeVolumesCommand } from "@aws-sdk/client-ec2";
import { filters } from "../filters";
import type { PackageFunction } from "../functions";
import { tagOutputs } from "../tags";

export const getVolume: PackageFunction = {
  arguments: ["filters"],
  async call(cloud, args) {
    const { Volumes = [] } = await cloud.ec2.send(new DescribeVolumesCommand(filters(args)));
    const [found, second] = Volumes;
    if (found === undefined) throw new Error("Your query returned no results. Please change your search criteria and try again.");
    if (second !== undefined)
      throw new Error("Your query returned more than one result. Please try a more specific search criteria");
    return {
      ...args,
      id: found.VolumeId,
      volumeId: found.VolumeId,
      arn: `arn:aws:ec2:${cloud.region}:${cloud.account}:volume/${found.VolumeId}`,
      availabilityZone: found.AvailabilityZone,
      encrypted: found.Encrypted,
      iops: found.Iops,
      kmsKeyId: found.KmsKeyId,
      region: cloud.region,
      size: found.Size,
      snapshotId: found.SnapshotId,
      tags: tagOutputs(found.Tags).tags,
      throughput: found.Throughput,
      volumeType: found.VolumeType,
    };
  },
};

import { DescribeAvailabilityZonesCommand } from "@aws-sdk/client-ec2";
import { filters } from "../filters";
import type { PackageFunction } from "../functions";
import { text } from "../values";

export const getAvailabilityZones: PackageFunction = {
  arguments: ["state", "filters"],
  async call(cloud, args) {
    const { AvailabilityZones = [] } = await cloud.ec2.send(new DescribeAvailabilityZonesCommand(filters(args)));
    const state = text(args, "state");
    const found = AvailabilityZones.filter(({ State }) => state === undefined || State === state);
    const zones = found.sort((a, b) => (a.ZoneName ?? "").localeCompare(b.ZoneName ?? ""));
    return {
      ...args,
      id: cloud.region,
      region: cloud.region,
      names: zones.map(({ ZoneName = "" }) => ZoneName),
      zoneIds: zones.map(({ ZoneId = "" }) => ZoneId),
      groupNames: [...new Set(zones.map(({ GroupName = "" }) => GroupName))],
    };
  },
};

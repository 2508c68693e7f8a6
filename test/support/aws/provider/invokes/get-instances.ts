import { DescribeInstancesCommand } from "@aws-sdk/client-ec2";
import { filters } from "../filters";
import type { PackageFunction } from "../functions";
import { texts } from "../values";

/** Nothing found is an empty list. Without states it is the running ones. */
export const getInstances: PackageFunction = {
  arguments: ["filters", "instanceStateNames"],
  async call(cloud, args) {
    const states = { Name: "instance-state-name", Values: texts(args, "instanceStateNames") ?? ["running"] };
    const Filters = [states, ...(filters(args).Filters ?? [])];
    const { Reservations = [] } = await cloud.ec2.send(new DescribeInstancesCommand({ Filters }));
    const found = Reservations.flatMap(({ Instances = [] }) => Instances);
    const all = <T>(values: readonly (T | undefined)[]): T[] => values.filter((value) => value !== undefined);
    return {
      ...args,
      id: cloud.region,
      ids: all(found.map(({ InstanceId }) => InstanceId)),
      instanceTags: {},
      ipv6Addresses: all(found.map(({ Ipv6Address }) => Ipv6Address)),
      privateIps: all(found.map(({ PrivateIpAddress }) => PrivateIpAddress)),
      publicIps: all(found.map(({ PublicIpAddress }) => PublicIpAddress)),
      region: cloud.region,
    };
  },
};

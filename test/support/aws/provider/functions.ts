/** The package's functions that components call. Arguments that are not mapped are refused, as with resources. */
import type { FunctionTable } from "../../../../sdk/provider/functions";
import type { PlainRecord } from "../../../../sdk/provider/plain";
import type { Tracer } from "../trace/tracer";
import type { Cloud } from "./cloud";
import { getAmi } from "./invokes/get-ami";
import { getAvailabilityZones } from "./invokes/get-availability-zones";
import { getEbsVolumes } from "./invokes/get-ebs-volumes";
import { getInstanceType } from "./invokes/get-instance-type";
import { getInstances } from "./invokes/get-instances";
import { getSubnet } from "./invokes/get-subnet";
import { getVolume } from "./invokes/get-volume";

export interface PackageFunction {
  readonly arguments: readonly string[];
  call(cloud: Cloud, args: PlainRecord): Promise<PlainRecord>;
}

const all: Readonly<Record<string, PackageFunction>> = {
  "aws:ebs/getEbsVolumes:getEbsVolumes": getEbsVolumes,
  "aws:ebs/getVolume:getVolume": getVolume,
  "aws:ec2/getAmi:getAmi": getAmi,
  "aws:ec2/getInstanceType:getInstanceType": getInstanceType,
  "aws:ec2/getInstances:getInstances": getInstances,
  "aws:ec2/getSubnet:getSubnet": getSubnet,
  "aws:index/getAvailabilityZones:getAvailabilityZones": getAvailabilityZones,
};

export function packageFunctions(cloud: Cloud, tracer: Tracer): FunctionTable {
  const bound = Object.entries(all).map(([token, fn]) => {
    const call = async (args: PlainRecord) => {
      const given = Object.keys(args).filter((name) => args[name] !== undefined && args[name] !== null);
      const unknown = given.filter((name) => !fn.arguments.includes(name));
      if (unknown.length > 0) throw new Error(`${token}: the stand-in for aws maps no argument ${unknown.join(", ")}`);
      return tracer.during({ name: token, phase: "function" }, () => fn.call(cloud, args));
    };
    return [token, call] as const;
  });
  return Object.fromEntries(bound);
}

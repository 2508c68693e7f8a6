/** Asks Amazon for a volume that exists, before a machine is made that shall have it. */
import { getEbsVolumes } from "@pulumi/aws/ebs/getEbsVolumes";
import { getVolume } from "@pulumi/aws/ebs/getVolume";
import { getSubnet } from "@pulumi/aws/ec2/getSubnet";
import { all, type InvokeOptions, type Output, type Unwrap } from "@pulumi/pulumi";
import type { RecalledMachine } from "../../sdk/resources/machine-mark";
import type { Problem } from "../../sdk/spec/drayage-error";
import type { Ec2HostArgs } from "./ec2-host-args";
import { type FoundDisk, judgeDisk } from "./judge-disk";

/** Nothing is asked where the machine was made, nor of a volume that the program itself makes for it. */
export function findDisk(
  { dataDisk, network, subnetId, availabilityZone }: Ec2HostArgs,
  { made, right }: { readonly made: Output<RecalledMachine>; readonly right: Promise<boolean> },
  options: InvokeOptions,
): Output<FoundDisk> | undefined {
  if (dataDisk === undefined || !("volumeId" in dataDisk) || "device" in dataDisk) return undefined;
  return all([made, right, dataDisk.volumeId, network?.availabilityZone ?? availabilityZone, subnetId]).apply(
    async ([{ instance }, isRight, volume, named, subnet]): Promise<Unwrap<FoundDisk>> => {
      if (instance !== "" || !isRight) return {};
      try {
        const disk = [{ name: "volume-id", values: [volume] }];
        const used = [...disk, { name: "status", values: ["in-use"] }];
        const [{ availabilityZone: zone }, { ids }, place] = await Promise.all([
          getVolume({ filters: disk }, options),
          getEbsVolumes({ filters: used }, options),
          subnet === undefined ? { availabilityZone: named } : getSubnet({ id: subnet }, options),
        ]);
        return judgeDisk(volume, { zone, isUsed: ids.length > 0 }, place.availabilityZone);
      } catch (error) {
        return { problem: missing(volume, error) };
      }
    },
  );
}

const missing = (volume: string, error: unknown): Problem => ({
  path: "dataDisk.volumeId",
  reason: `no volume '${volume}' in this region: ${(error instanceof Error ? error.message : String(error)).slice(0, 300)}`,
});

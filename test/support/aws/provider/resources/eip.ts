import { type Address, AllocateAddressCommand, DescribeAddressesCommand, ReleaseAddressCommand } from "@aws-sdk/client-ec2";
import type { PlainRecord } from "../../../../../sdk/provider/plain";
import type { Cloud } from "../cloud";
import { replace, update } from "../input-rules";
import type { ResourceKind } from "../resource-kind";
import { tagged, tagOutputs, updateTags } from "../tags";
import { text } from "../values";
import { hasCode, unlessMissing, until, whenPossible } from "../waiting";

const missing = ["InvalidAllocationID.NotFound", "InvalidAddress.NotFound"];

/** What it is associated with is a resource of its own here. */
export const eip: ResourceKind = {
  inputs: { domain: { ...replace, keeps: true }, tags: update },
  async create(cloud, inputs) {
    const Domain = (text(inputs, "domain") ?? "vpc") as "vpc";
    const { AllocationId = "" } = await cloud.ec2.send(new AllocateAddressCommand({ Domain, ...tagged(inputs, "elastic-ip") }));
    return AllocationId;
  },
  settle: async (cloud, id) => void (await until(cloud, `address ${id}`, () => described(cloud, id))),
  async read(cloud, id) {
    const found = await described(cloud, id);
    if (found === undefined) return undefined;
    return {
      arn: `arn:aws:ec2:${cloud.region}:${cloud.account}:elastic-ip/${id}`,
      allocationId: found.AllocationId,
      domain: found.Domain,
      publicIp: found.PublicIp,
      associationId: found.AssociationId ?? "",
      instance: found.InstanceId ?? "",
      networkInterface: found.NetworkInterfaceId ?? "",
      privateIp: found.PrivateIpAddress ?? "",
      ...tagOutputs(found.Tags),
    } satisfies PlainRecord;
  },
  update: (cloud, id, change) => updateTags(cloud, id, change),
  async delete(cloud, id) {
    const release = () => unlessMissing(cloud.ec2.send(new ReleaseAddressCommand({ AllocationId: id })), ...missing);
    await whenPossible(cloud, release, hasCode("InvalidIPAddress.InUse"));
  },
};

async function described(cloud: Cloud, id: string): Promise<Address | undefined> {
  const asked = cloud.ec2.send(new DescribeAddressesCommand({ AllocationIds: [id] }));
  return (await unlessMissing(asked, ...missing))?.Addresses?.[0];
}

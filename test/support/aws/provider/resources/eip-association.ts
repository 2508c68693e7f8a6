import { AssociateAddressCommand, DescribeAddressesCommand, DisassociateAddressCommand } from "@aws-sdk/client-ec2";
import type { PlainRecord } from "../../../../../sdk/provider/plain";
import type { Cloud } from "../cloud";
import { replace } from "../input-rules";
import type { ResourceKind } from "../resource-kind";
import { flag, requiredText, text } from "../values";
import { hasCode, unlessMissing, until, whenPossible } from "../waiting";

/** Its id changes whenever the address is associated anew, whoever does it: then this one is gone. */
export const eipAssociation: ResourceKind = {
  inputs: {
    allocationId: replace,
    instanceId: { ...replace, keeps: true },
    networkInterfaceId: { ...replace, keeps: true },
    privateIpAddress: { ...replace, keeps: true },
    allowReassociation: { change: "replace", as: "setting" },
  },
  async create(cloud, inputs) {
    const associate = () =>
      cloud.ec2.send(
        new AssociateAddressCommand({
          AllocationId: requiredText(inputs, "allocationId"),
          InstanceId: text(inputs, "instanceId"),
          NetworkInterfaceId: text(inputs, "networkInterfaceId"),
          PrivateIpAddress: text(inputs, "privateIpAddress"),
          AllowReassociation: flag(inputs, "allowReassociation"),
        }),
      );
    // A pending instance takes no address yet.
    const passes = hasCode(
      "InvalidInstanceID",
      "IncorrectInstanceState",
      "InvalidAllocationID.NotFound",
      "InvalidNetworkInterfaceID.NotFound",
    );
    return (await whenPossible(cloud, associate, passes)).AssociationId ?? "";
  },
  settle: async (cloud, id) => void (await until(cloud, `address association ${id}`, () => described(cloud, id))),
  async read(cloud, id) {
    const found = await described(cloud, id);
    if (found === undefined) return undefined;
    return {
      allocationId: found.AllocationId,
      instanceId: found.InstanceId ?? "",
      networkInterfaceId: found.NetworkInterfaceId ?? "",
      privateIpAddress: found.PrivateIpAddress ?? "",
      publicIp: found.PublicIp,
    } satisfies PlainRecord;
  },
  async delete(cloud, id) {
    const asked = cloud.ec2.send(new DisassociateAddressCommand({ AssociationId: id }));
    await unlessMissing(asked, "InvalidAssociationID.NotFound");
  },
};

async function described(cloud: Cloud, id: string) {
  const Filters = [{ Name: "association-id", Values: [id] }];
  return (await cloud.ec2.send(new DescribeAddressesCommand({ Filters }))).Addresses?.[0];
}

/** Who gets through to a machine, by what the API says of routes and rules. Pure. */
import { BlockList } from "node:net";
import type { InstanceNetworkInterface, RouteTable, SecurityGroupRule } from "@aws-sdk/client-ec2";

/** From where tests dial: loopback addresses are dialled from this one. */
export const operatorAddress = "127.0.0.1";

/** More than that is no list of services. */
const mostPorts = 64;

export interface Admitted {
  readonly ports: readonly number[];
  readonly problem?: string;
}

/** TCP ports that ingress rules of the groups admit for the operator. */
export function admittedPorts(rules: readonly SecurityGroupRule[], groups: readonly string[]): Admitted {
  const admitting = rules.filter(
    ({ GroupId, IsEgress, IpProtocol, CidrIpv4 }) =>
      IsEgress !== true &&
      groups.includes(GroupId ?? "") &&
      (IpProtocol === "tcp" || IpProtocol === "-1") &&
      covers(CidrIpv4, operatorAddress),
  );
  const ports = new Set<number>();
  for (const { IpProtocol, FromPort = -1, ToPort = -1, SecurityGroupRuleId } of admitting) {
    if (IpProtocol === "-1" || FromPort < 1 || ToPort - FromPort >= mostPorts)
      return { ports: [], problem: `${SecurityGroupRuleId} admits more than ${mostPorts} ports` };
    for (let port = FromPort; port <= ToPort; port++) ports.add(port);
  }
  return { ports: [...ports].sort((a, b) => a - b) };
}

/** By the route table of the interface's subnet, else the main one of its VPC: one that sends all there is to an internet gateway. */
export function reachesInternet(card: InstanceNetworkInterface, tables: readonly RouteTable[]): boolean {
  const own = tables.find(({ Associations }) => Associations?.some(({ SubnetId }) => SubnetId && SubnetId === card.SubnetId));
  const main = tables.find(({ VpcId, Associations }) => VpcId === card.VpcId && Associations?.some(({ Main }) => Main === true));
  return ((own ?? main)?.Routes ?? []).some(
    ({ DestinationCidrBlock, GatewayId }) => DestinationCidrBlock === "0.0.0.0/0" && GatewayId?.startsWith("igw-"),
  );
}

function covers(cidr: string | undefined, address: string): boolean {
  const [network, bits] = cidr?.split("/") ?? [];
  if (network === undefined || bits === undefined) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits), "ipv4");
  return list.check(address);
}

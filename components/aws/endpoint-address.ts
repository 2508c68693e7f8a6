/** The second private address of a machine, which a service's Elastic IP is associated with. Pure. */
import { createHash } from "node:crypto";
import { formatIpv4, parseCidr } from "./cidr";

/**
 * Amazon wants it named, and takes any that is free. So it is one of the subnet's upper half by the host's name: the same in every run,
 * and another for another host. In a subnet of the host's own nobody else takes it. Undefined: no IPv4 subnet of Amazon's sizes.
 */
export function endpointAddressIn(subnetCidr: string, host: string): string | undefined {
  const subnet = parseCidr(subnetCidr);
  if (subnet === undefined || subnet.family !== 4 || subnet.prefix < 16 || subnet.prefix > 28) return undefined;
  const half = 2 ** (32 - subnet.prefix - 1);
  // The last address of a subnet is Amazon's.
  const offset = half + (createHash("sha256").update(host).digest().readUInt32BE(0) % (half - 1));
  return formatIpv4(subnet.first + BigInt(offset));
}

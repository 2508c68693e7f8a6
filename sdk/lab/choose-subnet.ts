import { DrayageError } from "../spec/drayage-error";

/** Where labs take their subnets from unless told otherwise. Outside Docker's default pools (172.16/12, 192.168/16). */
/** Not the range that workloads on a lab host take theirs from: a host must reach its peers and its own containers. */
export const defaultLabRange = "10.212.0.0/16";
/** 29 hosts to a lab. */
export const labPrefix = 27;
/** The last address of a lab that a host may have. */
export const lastIndex = 2 ** (32 - labPrefix) - 2;

/** The first subnet of `range` that overlaps none of `taken`. All are IPv4 in CIDR form. */
export function chooseSubnet(range: string, taken: readonly string[], prefix = labPrefix): string {
  const pool = parseSubnet(range);
  const blocked = taken.map(parseSubnet);
  const size = 2 ** (32 - prefix);
  for (let first = pool.first; first + size - 1 <= pool.last; first += size) {
    const candidate = { first, last: first + size - 1 };
    if (!blocked.some((other) => overlap(candidate, other))) return `${formatAddress(first)}/${prefix}`;
  }
  throw new DrayageError("NOT_SUPPORTED", `no free /${prefix} subnet is left in ${range}`, {
    subject: "lab network",
    hint: "Take labs down that are not needed (`dray lab status`), or name another range with --range.",
  });
}

/** The nth address of a subnet: 1 is the gateway, hosts begin at 2. */
export function addressAt(subnet: string, index: number): string {
  const { first, last } = parseSubnet(subnet);
  const address = first + index;
  if (address >= last) {
    throw new DrayageError("NOT_SUPPORTED", `the lab's network ${subnet} has no room for another host`, {
      subject: "lab network",
    });
  }
  return formatAddress(address);
}

interface AddressRange {
  readonly first: number;
  readonly last: number;
}

function parseSubnet(subnet: string): AddressRange {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(subnet);
  const parts = (match?.slice(1) ?? []).map(Number);
  const prefix = parts[4] ?? 99;
  const octets = parts.slice(0, 4);
  if (octets.length !== 4 || octets.some((octet) => octet > 255) || prefix > 32) {
    throw new DrayageError("USAGE", `\`${subnet}\` is not an IPv4 subnet such as 10.212.0.0/16`, { subject: "lab network" });
  }
  const size = 2 ** (32 - prefix);
  const address = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  const first = Math.floor(address / size) * size;
  return { first, last: first + size - 1 };
}

function overlap(a: AddressRange, b: AddressRange): boolean {
  return a.first <= b.last && b.first <= a.last;
}

function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}

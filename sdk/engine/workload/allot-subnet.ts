/**
 * Subnets for networks out of the workload's own range: Docker's default pools end near 31 networks. IPv4 only, as
 * Docker's bridge networks of engine 20.10 are.
 */
import { SUBNET_PREFIX } from "../../spec/network";

/** The first subnet of `range` that overlaps none of `taken`; undefined when the range is used up. */
export function allotSubnet(range: string, taken: readonly string[]): string | undefined {
  const whole = parseSubnet(range);
  if (!whole) return undefined;
  const used = taken.flatMap((subnet) => parseSubnet(subnet) ?? []);
  const prefix = Math.max(whole.prefix, SUBNET_PREFIX);
  const size = 2 ** (32 - prefix);
  for (let start = whole.start; start <= whole.end; start += size) {
    const end = start + size - 1;
    if (!used.some((other) => start <= other.end && other.start <= end)) return `${formatAddress(start)}/${prefix}`;
  }
  return undefined;
}

export function subnetsOverlap(a: string, b: string): boolean {
  const [one, other] = [parseSubnet(a), parseSubnet(b)];
  return one !== undefined && other !== undefined && one.start <= other.end && other.start <= one.end;
}

interface AddressRange {
  readonly start: number;
  readonly end: number;
  readonly prefix: number;
}

function parseSubnet(subnet: string): AddressRange | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(subnet);
  if (!match) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, prefix = 32] = match.slice(1).map(Number);
  const size = 2 ** (32 - prefix);
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  const start = Math.floor(address / size) * size;
  return { start, end: start + size - 1, prefix };
}

function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}

/** Ranges of addresses, IPv4 and IPv6. Pure. */
import { isIP } from "node:net";
import { leaf, type Reader } from "../../sdk/spec/read";

export interface Cidr {
  readonly text: string;
  readonly family: 4 | 6;
  readonly prefix: number;
  /** Its first address as a number. */
  readonly first: bigint;
}

/** Undefined when it is none, or has bits behind its prefix: Amazon would store another text than was written. */
export function parseCidr(text: string): Cidr | undefined {
  const [address = "", length = "", ...more] = text.split("/");
  const family = isIP(address);
  if (more.length > 0 || (family !== 4 && family !== 6) || !/^\d{1,3}$/.test(length)) return undefined;
  const [bits, prefix] = [family === 4 ? 32 : 128, Number(length)];
  if (prefix > bits || address.includes("%")) return undefined;
  const first = family === 4 ? ipv4(address) : ipv6(address);
  const hostBits = (1n << BigInt(bits - prefix)) - 1n;
  return (first & hostBits) === 0n ? { text, family, prefix, first } : undefined;
}

/** All of the internet, or so much of it that it makes no difference. */
export const isWorld = ({ family, prefix }: Cidr): boolean => prefix < (family === 4 ? 8 : 16);

/** Whether an IPv4 address is one of a range's. */
export function isWithin(address: string, range: string): boolean {
  const [one, all] = [parseCidr(`${address}/32`), parseCidr(range)];
  return one?.family === 4 && all?.family === 4 && one.first >> BigInt(32 - all.prefix) === all.first >> BigInt(32 - all.prefix);
}

export const cidr: Reader<string> = leaf(
  "a range such as '198.51.100.0/24' or '2001:db8::/32', without bits behind its length",
  (value) => (typeof value === "string" ? parseCidr(value)?.text : undefined),
);

/** `10.215.0.7` of a number. */
export const formatIpv4 = (address: bigint): string =>
  [24n, 16n, 8n, 0n].map((shift) => String((address >> shift) & 255n)).join(".");

const ipv4 = (address: string): bigint => address.split(".").reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);

function ipv6(address: string): bigint {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address);
  const tail = dotted === null ? 0n : ipv4(dotted[2] ?? "");
  const text = dotted === null ? address : `${dotted[1]}${(tail >> 16n).toString(16)}:${(tail & 65535n).toString(16)}`;
  const [head = "", end] = text.split("::");
  const groups = (part: string): string[] => (part === "" ? [] : part.split(":"));
  const [before, after] = [groups(head), groups(end ?? "")];
  const zeros = end === undefined ? [] : Array.from({ length: 8 - before.length - after.length }, () => "0");
  return [...before, ...zeros, ...after].reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}

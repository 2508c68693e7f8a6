/** A published port: which address and port of the host lead to which port of the container. */
import { isIP } from "node:net";
import type { Place } from "./place";
import { fields, isRecord, leaf, oneOf, requireKeys, wholeNumber } from "./read";
import { isUnknown, UNKNOWN } from "./unknown";

/** `"8080:80"`, `"127.0.0.1:8080:80/udp"`, `"8000-8005:8000-8005"`, `"[::1]:80:80"`, or the long form. Compose: `ports`. */
export type PortInput = string | LongPortInput;

export interface LongPortInput {
  /** Port inside the container. Compose: `target`. */
  readonly target: number;
  /** Port of the host. Required: a random one would make endpoints unknown in preview. Compose: `published`. */
  readonly published: number;
  /** Address of the host to listen on. Default: all addresses, IPv4 and IPv6. Compose: `host_ip`. */
  readonly hostIp?: string;
  /** Default "tcp". Compose: `protocol`. */
  readonly protocol?: "tcp" | "udp" | "sctp";
}

export interface PortSpec {
  /** Address of the host; "" = all addresses, as Docker's HostIp. */
  readonly address: string;
  readonly published: number;
  readonly target: number;
  readonly protocol: "tcp" | "udp" | "sctp";
}

/** A port with the place it was written at, for messages about clashes. */
export interface Publication {
  readonly port: PortSpec;
  readonly place: Place;
}

export function readPorts(value: unknown, place: Place): Publication[] {
  const list = isUnknown(value) ? [UNKNOWN] : value;
  if (!Array.isArray(list)) {
    place.expected("a list of ports", value);
    return [];
  }
  return list.flatMap((item, index) => {
    const at = place.index(index);
    const ports = isRecord(item) ? readLongPort(item, at) : readShortPort(item, at);
    return (ports ?? []).map((port) => ({ port, place: at }));
  });
}

/** Two ports that cannot both be listened on. "" stands for all addresses of both families. */
export function portsClash(a: PortSpec, b: PortSpec): boolean {
  if (a.published !== b.published || a.protocol !== b.protocol) return false;
  if (a.address === b.address || a.address === "" || b.address === "") return true;
  if (isIP(a.address) !== isIP(b.address)) return false;
  return isWildcard(a.address) || isWildcard(b.address);
}

export function isWildcard(address: string): boolean {
  return address === "" || address === "0.0.0.0" || address === "::";
}

export function isLoopback(address: string): boolean {
  return address.startsWith("127.") || address === "::1";
}

/** `8080/tcp`, `127.0.0.1:53/udp`. */
export function describePort(port: PortSpec): string {
  const address = isIP(port.address) === 6 ? `[${port.address}]:` : port.address === "" ? "" : `${port.address}:`;
  return `${address}${port.published}/${port.protocol}`;
}

const SHORT = /^(?:(\[[0-9a-fA-F:.]+\]|[0-9.]+):)?(\d+)(?:-(\d+))?:(\d+)(?:-(\d+))?(?:\/(tcp|udp|sctp))?$/;
const shortPort = leaf('a port such as "8080:80" or "127.0.0.1:8080:80/udp"', (value) =>
  typeof value === "string" ? (SHORT.exec(value) ?? undefined) : undefined,
);
const portNumber = wholeNumber(1, 65_535);
const hostAddress = leaf("an IP address of the host", (value) =>
  typeof value === "string" && isIP(value) > 0 ? value : undefined,
);
const longPort = fields(
  { target: portNumber, published: portNumber, hostIp: hostAddress, protocol: oneOf("tcp", "udp", "sctp") },
  { mode: "there is no swarm to publish through: leave it out", name: "leave it out", appProtocol: "leave it out" },
);

function readShortPort(value: unknown, place: Place): PortSpec[] | undefined {
  if (isLonePort(value))
    return place.problem(`which port of the host? write "${value}:${value}"; random ports are not given out`);
  const match = shortPort(value, place);
  if (match === undefined) return undefined;
  if (typeof match === "string") return [unknownPort];
  const [, address = "", from, to = from, targetFrom, targetTo = targetFrom, protocol = "tcp"] = match;
  const bare = address.replace(/^\[|\]$/g, "");
  if (bare !== "" && isIP(bare) === 0) return place.expected("an IP address of the host before the ports", bare);
  const length = Number(to) - Number(from);
  if (length < 0 || length !== Number(targetTo) - Number(targetFrom))
    return place.expected("two port ranges of the same length", value);
  const ports = Array.from({ length: length + 1 }, (_, i) => ({
    address: bare,
    published: Number(from) + i,
    target: Number(targetFrom) + i,
    protocol: protocol as PortSpec["protocol"],
  }));
  const outside = ports.find((port) => [port.published, port.target].some((number) => number < 1 || number > 65_535));
  return outside === undefined ? ports : place.expected("ports from 1 to 65535", value);
}

function readLongPort(value: unknown, place: Place): PortSpec[] | undefined {
  const read = longPort(value, place);
  requireKeys(value, ["target", "published"], place);
  if (read?.target === undefined || read.published === undefined) return undefined;
  return [{ address: read.hostIp ?? "", published: read.published, target: read.target, protocol: read.protocol ?? "tcp" }];
}

function isLonePort(value: unknown): boolean {
  return typeof value === "number" || (typeof value === "string" && /^\d+$/.test(value));
}

const unknownPort = { address: UNKNOWN, published: UNKNOWN, target: UNKNOWN, protocol: "tcp" } as unknown as PortSpec;

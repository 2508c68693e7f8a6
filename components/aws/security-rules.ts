/** What a host's security group lets through: one rule for each port and range, so that each is a resource of its own. Pure. */
import { parseCidr } from "./cidr";
import type { OpenPort } from "./ec2-host-args";

export interface SecurityRule {
  /** Ends the child's name, `in-22-198-51-100-0-24`. */
  readonly key: string;
  readonly description: string;
  readonly protocol: "tcp" | "udp" | "-1";
  /** Absent: every port. */
  readonly fromPort?: number;
  readonly toPort?: number;
  readonly cidrIpv4?: string;
  readonly cidrIpv6?: string;
}

export interface OpenPortSpec {
  readonly port: number;
  readonly to: number;
  readonly protocol: "tcp" | "udp";
  readonly from: readonly string[];
}

export const defaultPorts: readonly number[] = [80, 443];
export const everywhere: readonly string[] = ["0.0.0.0/0"];

export function openPort(written: number | OpenPort): OpenPortSpec {
  const { port, to, protocol = "tcp", from = everywhere } = typeof written === "number" ? { port: written } : written;
  return { port, to: to ?? port, protocol, from };
}

/** ssh from its ranges, and the ports. The same rule twice is one. */
export function ingressRules(sshFrom: readonly string[], ports: readonly OpenPortSpec[]): readonly SecurityRule[] {
  const ssh = sshFrom.map((range) => rule({ port: 22, to: 22, protocol: "tcp" }, range, "ssh"));
  const open = ports.flatMap(({ from, ...port }) => from.map((range) => rule(port, range, "published port")));
  return [...new Map([...ssh, ...open].map((it) => [it.key, it])).values()];
}

/** The same ports in the words of a Host's `openPorts`. */
export function openPortWords(ports: readonly OpenPortSpec[]): string[] {
  return ports.map(({ port, to, protocol }) => `${portWord(port, to)}${protocol === "tcp" ? "" : `/${protocol}`}`);
}

const portWord = (port: number, to: number): string => (port === to ? String(port) : `${port}-${to}`);

/** Everything may leave, as from a machine at home: images, packages and APIs are fetched. */
export const egressRules: readonly SecurityRule[] = [
  { key: "out-all-ipv4", description: "everything out", protocol: "-1", cidrIpv4: "0.0.0.0/0" },
  { key: "out-all-ipv6", description: "everything out", protocol: "-1", cidrIpv6: "::/0" },
];

function rule({ port, to, protocol }: Omit<OpenPortSpec, "from">, range: string, description: string): SecurityRule {
  const name = `in-${protocol === "tcp" ? "" : `${protocol}-`}${portWord(port, to)}-${range.replace(/[^0-9A-Za-z]+/g, "-")}`;
  const where = parseCidr(range)?.family === 6 ? { cidrIpv6: range } : { cidrIpv4: range };
  return { key: name, description, protocol, fromPort: port, toPort: to, ...where };
}

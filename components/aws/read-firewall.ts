/** Who reaches a machine at which ports. Pure. */
import type { Problem } from "../../sdk/spec/drayage-error";
import { Place } from "../../sdk/spec/place";
import { compact, fields, flag, isRecord, listOf, oneOf, type Reader, requireKeys, wholeNumber } from "../../sdk/spec/read";
import { cidr, isWorld, parseCidr } from "./cidr";
import type { OpenPort } from "./ec2-host-args";
import { readTags } from "./read-network";
import { defaultPorts, type OpenPortSpec, openPort } from "./security-rules";

export interface FirewallSpec {
  readonly sshFrom: readonly string[];
  readonly ports: readonly OpenPortSpec[];
}

export interface WrittenFirewall {
  readonly sshFrom?: readonly string[];
  readonly allowWorldSsh?: boolean;
  readonly ports?: readonly (number | OpenPort)[];
}

const port = wholeNumber(1, 65_535);
const portFields = fields({ port, to: port, protocol: oneOf("tcp", "udp"), from: listOf(cidr, "a list of ranges") });
const readPort: Reader<number | OpenPort> = (value, place) => {
  if (!isRecord(value)) return port(value, place);
  const read = portFields(value, place);
  requireKeys(value, ["port"], place);
  if (read?.port === undefined) return undefined;
  if (read.to !== undefined && read.to < read.port) return place.key("to").problem(`is before 'port', ${read.port}`);
  return compact({ ...read, port: read.port }) as OpenPort;
};

/** By key, so that a host's arguments are read in one go. */
export const firewallReaders = {
  sshFrom: listOf(cidr, "a list of ranges"),
  allowWorldSsh: flag,
  ports: listOf(readPort, "a list of ports"),
};

/** What the readers found, judged as a whole. */
export function judgeFirewall(input: unknown, read: WrittenFirewall, place: Place): FirewallSpec {
  const { sshFrom = [], allowWorldSsh = false } = read;
  const ports = (read.ports ?? defaultPorts).map(openPort);
  requireKeys(input, ["sshFrom"], place, "is missing: name the addresses that may reach port 22, such as ['198.51.100.0/24']");
  if (isRecord(input) && Array.isArray(input.sshFrom) && input.sshFrom.length === 0)
    place.key("sshFrom").problem("is empty: nobody could reach port 22, by which the machine is made a host");
  if (!allowWorldSsh) refuseWorld(isRecord(input) ? input.sshFrom : undefined, place.key("sshFrom"));
  for (const [index, { port: first, to, protocol }] of ports.entries())
    if (protocol === "tcp" && first <= 22 && to >= 22)
      place.key("ports").index(index).problem("opens port 22, which is reached from 'sshFrom' only");
  return { sshFrom, ports };
}

export function readFirewall(input: unknown): { readonly spec: FirewallSpec; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const place = Place.root(problems, { allowUnknown: true });
  const read = fields({ ...firewallReaders, tags: readTags })(input, place) ?? {};
  return { spec: judgeFirewall(input, read, place), problems };
}

/** By the places of what was written: a range that is none was left out of what was read. */
function refuseWorld(written: unknown, place: Place): void {
  for (const [index, range] of (Array.isArray(written) ? written : []).entries()) {
    const parsed = typeof range === "string" ? parseCidr(range) : undefined;
    if (parsed !== undefined && isWorld(parsed))
      place.index(index).problem(`'${range}' is the whole world; name your own addresses, or write allowWorldSsh: true`);
  }
}

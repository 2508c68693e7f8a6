/** Arguments of a network. Pure. */
import type { Problem } from "../../sdk/spec/drayage-error";
import { Place } from "../../sdk/spec/place";
import { fields, matching, type Reader, recordOf, text } from "../../sdk/spec/read";
import { type Cidr, formatIpv4, parseCidr } from "./cidr";

export const defaultNetworkCidr = "10.215.0.0/16";

export const availabilityZone = matching("a zone such as 'eu-central-1a'", /^[a-z]{2}(-[a-z]+)+-\d+(-[a-z]+)*[a-z0-9-]*[a-z]$/);

/** Amazon's limits: 128 and 256 characters; what begins with `aws:` is its own. Ours name the project, the stack and the host. */
export const readTags: Reader<Record<string, string>> = recordOf((value, place, key) => {
  if (/^(aws|drayage):/i.test(key)) return place.problem("is reserved: keys that begin with 'aws:' or 'drayage:' are not yours");
  if (key.length > 128) return place.problem(`is a key of ${key.length} characters; Amazon takes 128 at most`);
  const read = text(value, place);
  return read !== undefined && read.length > 256
    ? place.problem(`has ${read.length} characters; Amazon takes 256 at most`)
    : read;
});

const networkCidr: Reader<string> = (value, place) => {
  const range = typeof value === "string" ? parseCidr(value) : undefined;
  if (range === undefined || range.family !== 4) return place.expected("an IPv4 range such as '10.215.0.0/16'", value);
  if (range.prefix < 16 || range.prefix > 26) return place.problem(`expected a range of /16 to /26, got /${range.prefix}`);
  const taken = docker.find((other) => overlaps(range, other));
  return taken === undefined
    ? range.text
    : place.problem(
        `overlaps with ${taken.text}, from which hosts give addresses to containers; take another, such as ${defaultNetworkCidr}`,
      );
};

const networkFields = fields({ cidr: networkCidr, availabilityZone, tags: readTags });

export interface NetworkSpec {
  readonly cidr: string;
  /** The public subnet in it. */
  readonly subnetCidr: string;
  readonly availabilityZone?: string;
}

export function readNetwork(input: unknown): { readonly spec: NetworkSpec; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const { cidr = defaultNetworkCidr, availabilityZone: zone } =
    networkFields(input, Place.root(problems, { allowUnknown: true })) ?? {};
  const range = parseCidr(cidr);
  const subnetCidr = range === undefined ? cidr : `${formatIpv4(range.first)}/${Math.max(range.prefix, 24)}`;
  return { spec: { cidr, subnetCidr, ...(zone !== undefined && { availabilityZone: zone }) }, problems };
}

/** What networks of workloads take, and what a prepared engine takes for others. */
const docker = ["10.213.0.0/16", "10.214.0.0/16"].flatMap((text) => parseCidr(text) ?? []);

function overlaps(a: Cidr, b: Cidr): boolean {
  const shorter = BigInt(32 - Math.min(a.prefix, b.prefix));
  return a.first >> shorter === b.first >> shorter;
}

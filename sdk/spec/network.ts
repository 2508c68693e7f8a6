/** A network of the workload. Services reach each other by name on the networks they share. Compose: `networks`. */
import type { Place } from "./place";
import { compact, fields, flag, isRecord, keysOf, leaf, listOf, matching, text } from "./read";
import { parseSubnet } from "./subnet";

export interface NetworkInput {
  /** No way out of the host and no published port. Default false. Compose: `internal`. */
  readonly internal?: boolean;
  /** A fixed subnet, `"10.213.7.0/24"`. Default: the first free one of the workload's `subnets`. Compose: `ipam.config.subnet`. */
  readonly subnet?: string;
}

export interface NetworkSpec {
  readonly internal: boolean;
  readonly subnet?: string;
}

/** How a service joins a network. */
export interface NetworkJoinInput {
  /** More names for the service on this network. Default none. Compose: `aliases`. */
  readonly aliases?: readonly string[];
}

/** A service's `networks`: `["front"]` or `{ front: { aliases: ["www"] } }`. */
export type NetworksInput<NetworkName extends string = string> =
  | readonly NetworkName[]
  | { readonly [network in NetworkName]?: NetworkJoinInput };

export interface NetworkJoinSpec {
  readonly network: string;
  /** Besides the service's own name. */
  readonly aliases: readonly string[];
}

/** Joined by services that name no networks. */
export const DEFAULT_NETWORK = "default";

/**
 * 256 networks of 254 addresses per host, where Docker's own pools end near 31. Apart from Docker's pools (172.17–31, 192.168),
 * Kubernetes (10.96, 10.244), uncloud (10.210) and what home and cloud networks usually take (10.0, 10.1, 192.168).
 */
export const DEFAULT_SUBNETS = "10.213.0.0/16";
/** Every network gets one subnet of this size out of the range. */
export const SUBNET_PREFIX = 24;

export function readNetwork(value: unknown, place: Place): NetworkSpec {
  const read = network(value, place);
  return compact({ internal: read?.internal ?? false, subnet: read?.subnet }) as NetworkSpec;
}

export function readNetworkJoins(value: unknown, place: Place): NetworkJoinSpec[] {
  if (isRecord(value)) {
    return keysOf(value).map((network) => ({ network, aliases: join(value[network], place.key(network))?.aliases ?? [] }));
  }
  const written = names(value, place) ?? [];
  const twice = written.find((name, index) => written.indexOf(name) !== index);
  if (twice !== undefined) place.problem(`names the network '${twice}' twice`);
  return [...new Set(written)].sort().map((network) => ({ network, aliases: [] }));
}

/** CIDR notation with no bits behind the prefix: `10.213.0.0/16`. */
export const subnet = leaf('a subnet such as "10.213.7.0/24"', (value) =>
  typeof value === "string" && parseSubnet(value) !== undefined ? value : undefined,
);

const alias = matching("a host name", /^[a-zA-Z0-9]([a-zA-Z0-9_.-]{0,253}[a-zA-Z0-9])?$/);
const names = listOf(text, "a list of networks, or an object: network → { aliases }");
const network = fields(
  { internal: flag, subnet },
  {
    external: "networks belong to one workload and move with it",
    driver: "every network is a bridge: leave it out",
    ipam: "write 'subnet'",
  },
);
const join = fields(
  { aliases: listOf(alias, "a list of host names") },
  {
    ipv4Address: "addresses are given by Docker; use the service's name",
    ipv4_address: "addresses are given by Docker; use the service's name",
  },
);

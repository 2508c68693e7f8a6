/** A network of the workload. Services reach each other by name on the networks they share. Compose: `networks`. */
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

/** A published port: which address and port of the host lead to which port of the container. */

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

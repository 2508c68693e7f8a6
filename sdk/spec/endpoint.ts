/** Where a published port is reached from outside, computed from the program alone: known in preview. */
import { isIP } from "node:net";
import type { Problem } from "./drayage-error";
import type { HostConnection } from "./host";
import { type HostTraitsInput, hostTraits, publishedAddress } from "./host-traits";
import { isWildcard, type PortSpec } from "./port";
import { isUnknown } from "./unknown";
import type { WorkloadSpec } from "./workload";

export interface Endpoint {
  readonly address: string;
  /** Where the program's other hosts reach it. */
  readonly privateAddress: string;
  /** Port of the host. */
  readonly port: number;
  /** `http://10.0.0.11` or, for well-known ports, the scheme spoken there. */
  readonly url: string;
}

export interface EndpointRequest {
  readonly spec: Pick<WorkloadSpec, "services">;
  readonly connection: HostConnection;
  /** Of the host. Default: none written. */
  readonly traits?: HostTraitsInput | undefined;
  readonly service: string;
  /** Port inside the container. */
  readonly port: number;
  /** Default "tcp". */
  readonly protocol?: PortSpec["protocol"];
}

/** A port that is not published has no endpoint: a problem, not an exception. */
export function computeEndpoint(request: EndpointRequest): Endpoint | { readonly problem: Problem } {
  const { spec, service, port, protocol = "tcp" } = request;
  const found = Object.hasOwn(spec.services, service) ? spec.services[service] : undefined;
  if (found === undefined) return problem(`endpoint('${service}', ${port}): there is no service '${service}'`);
  const published = found.ports.find((candidate) => candidate.target === port && candidate.protocol === protocol);
  const inHost = found.networkMode?.kind === "host" ? { address: "", published: port, target: port, protocol } : undefined;
  const chosen = published ?? inHost;
  if (chosen === undefined) {
    return problem(
      `endpoint('${service}', ${port}): ${port}/${protocol} is not published; add ports: ["${port}:${port}"] to services.${service}`,
    );
  }
  const traits = hostTraits(request.traits);
  const everywhere = isWildcard(chosen.address);
  const address = everywhere ? (publishedAddress(traits) ?? addressOf(request.connection)) : chosen.address;
  const privateAddress = everywhere ? (traits.privateAddress ?? address) : chosen.address;
  return { address, privateAddress, port: chosen.published, url: urlOf(address, chosen) };
}

/** Schemes by port inside the container; everything else over TCP is taken for http. */
const SCHEMES: Readonly<Record<number, string>> = {
  443: "https",
  8443: "https",
  1883: "mqtt",
  3306: "mysql",
  5432: "postgresql",
  5672: "amqp",
  6379: "redis",
  27017: "mongodb",
};
const IMPLIED: Readonly<Record<string, number>> = { http: 80, https: 443 };

function addressOf(connection: HostConnection): string {
  return connection.kind === "local" ? "127.0.0.1" : connection.address;
}

/** `target` decides the scheme. */
export function urlOf(
  address: string,
  { published, target, protocol }: Pick<PortSpec, "published" | "target" | "protocol">,
): string {
  const scheme = protocol === "tcp" ? (SCHEMES[target] ?? "http") : protocol;
  const host = isIP(address) === 6 ? `[${address}]` : address;
  if (isUnknown(address) || isUnknown(published)) return isUnknown(address) ? address : String(published);
  return IMPLIED[scheme] === published ? `${scheme}://${host}` : `${scheme}://${host}:${published}`;
}

function problem(reason: string): { readonly problem: Problem } {
  return { problem: { path: "", reason } };
}

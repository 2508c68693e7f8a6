/** Arguments of an address that follows a workload. Pure. */
import type { Problem } from "../../sdk/spec/drayage-error";
import { Place } from "../../sdk/spec/place";
import { fields } from "../../sdk/spec/read";
import { readDns } from "./read-dns";
import { readTags } from "./read-network";

const endpointFields = fields({ dns: readDns, tags: readTags, transform: (value: unknown) => value });

export interface GivenResources {
  readonly workload: unknown;
  readonly hosts: unknown;
}

export function readElasticEndpoint(
  written: unknown,
  { workload, hosts }: GivenResources,
): { readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const place = Place.root(problems, { allowUnknown: true });
  endpointFields(written, place);
  if (!has(workload, "placement")) place.key("workload").expected("a Workload", workload);
  if (!Array.isArray(hosts) || hosts.length === 0) place.key("hosts").expected("a list of Ec2Hosts, at least one", hosts);
  for (const [index, host] of (Array.isArray(hosts) ? hosts : []).entries()) {
    if (!has(host, "networkInterfaceId")) place.key("hosts").index(index).expected("an Ec2Host", host);
    else if ((hosts as unknown[]).indexOf(host) !== index) place.key("hosts").index(index).problem("is there already");
  }
  return { problems };
}

const has = (value: unknown, key: string): boolean => typeof value === "object" && value !== null && key in value;

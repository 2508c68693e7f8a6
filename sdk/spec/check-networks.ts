import { didYouMean } from "./nearest-name";
import { DEFAULT_NETWORK, SUBNET_PREFIX } from "./network";
import { parseSubnet, subnetsOverlap } from "./subnet";
import { isUnknown } from "./unknown";
import type { Check, WorkloadParts } from "./workload-parts";

/** Declared networks only, names that lead to one service each, subnets that fit and do not overlap. */
export const checkNetworks: Check = (parts) => {
  for (const { spec, place } of parts.services.values()) {
    const at = place.key("networks");
    if (spec.networkMode !== undefined && spec.networks.length > 0)
      at.problem("cannot be combined with networkMode; keep one of them");
    for (const { network } of spec.networks) {
      if (network === DEFAULT_NETWORK || isUnknown(network) || Object.hasOwn(parts.networks, network)) continue;
      const near = didYouMean(network, Object.keys(parts.networks));
      at.problem(
        `network '${network}' is not declared${near === "" ? `; add networks: { ${network}: {} } to the workload` : near}`,
      );
    }
  }
  checkAliases(parts);
  checkSubnets(parts);
};

function checkAliases({ services }: WorkloadParts): void {
  for (const [name, { spec, place }] of services) {
    for (const alias of spec.networks.flatMap(({ aliases }) => aliases)) {
      if (alias !== name && services.has(alias))
        place.key("networks").problem(`the alias '${alias}' is the name of another service`);
    }
  }
}

function checkSubnets({ place, networks, subnets }: WorkloadParts): void {
  const range = parseSubnet(subnets);
  if (range !== undefined && range.prefix > SUBNET_PREFIX) {
    place.key("subnets").problem(`${subnets} has no room for a network: expected a /${SUBNET_PREFIX} or larger`);
  }
  const fixed: { name: string; subnet: string }[] = [];
  for (const [name, { subnet }] of Object.entries(networks)) {
    const parsed = subnet === undefined ? undefined : parseSubnet(subnet);
    if (subnet === undefined || parsed === undefined) continue;
    const other = fixed.find((entry) => subnetsOverlap(parsed, parseSubnet(entry.subnet) ?? parsed));
    if (other !== undefined)
      place.key("networks").key(name).key("subnet").problem(`${subnet} overlaps ${other.subnet} of network '${other.name}'`);
    fixed.push({ name, subnet });
  }
}

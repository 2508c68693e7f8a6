/** A service without networks of its own. Compose: `network_mode`. */
import type { DependencySpec } from "./dependency";
import { leaf, type Reader } from "./read";
import { isUnknown, UNKNOWN } from "./unknown";

export type NetworkModeSpec =
  | { readonly kind: "host" }
  | { readonly kind: "none" }
  | { readonly kind: "service"; readonly service: string };

const mode = leaf("'host', 'none' or 'service:NAME'", (value): NetworkModeSpec | undefined => {
  if (value === "host" || value === "none") return { kind: value };
  const service = /^service:(.+)$/.exec(typeof value === "string" ? value : "")?.[1];
  return service === undefined ? undefined : { kind: "service", service };
});

export const readNetworkMode: Reader<NetworkModeSpec> = (value, place) => {
  const read = mode(value, place);
  return isUnknown(read) ? { kind: "service", service: UNKNOWN } : read;
};

/** Whoever lends its network must run first. */
export function withNetworkOwner(
  dependsOn: readonly DependencySpec[],
  networkMode: NetworkModeSpec | undefined,
): readonly DependencySpec[] {
  if (networkMode?.kind !== "service") return dependsOn;
  const { service } = networkMode;
  if (dependsOn.some((dependency) => dependency.service === service)) return dependsOn;
  return [...dependsOn, { service, condition: "started" as const }].sort((a, b) => (a.service < b.service ? -1 : 1));
}

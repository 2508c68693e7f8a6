/** What ran before and what runs now, as far as the state keeps it: for when the host that could be asked is gone. Pure. */
import type { RanReceipt } from "../state/stack-state";

export interface RanComparison {
  /** Services whose image and configuration are the same. */
  readonly same: readonly string[];
  /** `api: another image`, one each. */
  readonly differences: readonly string[];
}

export function compareRan(before: RanReceipt, now: RanReceipt): RanComparison {
  const services = [...new Set([...Object.keys(before.images), ...Object.keys(now.images)])].sort();
  const found = services.map((service) => [service, differencesOf(service, before, now)] as const);
  return {
    same: found.flatMap(([service, differences]) => (differences.length === 0 ? [service] : [])),
    differences: found.flatMap(([, differences]) => differences),
  };
}

function differencesOf(service: string, before: RanReceipt, now: RanReceipt): string[] {
  if (before.images[service] === undefined) return [`${service}: ran not`];
  if (now.images[service] === undefined) return [`${service}: runs not`];
  return [
    ...(before.images[service] === now.images[service] ? [] : [`${service}: another image`]),
    ...(before.configurations[service] === now.configurations[service] ? [] : [`${service}: another configuration`]),
  ];
}

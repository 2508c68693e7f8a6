/** Records of strings: variables, labels, kernel parameters, hosts. */
import type { Place } from "./place";
import { leaf, matching, type Reader, recordOf, text } from "./read";
import { isUnknown } from "./unknown";

const scalar = leaf("a string, number or boolean", (value) =>
  typeof value === "string" || typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value))
    ? String(value)
    : undefined,
);

/** Values are never shown in messages: people do put passwords here. */
export const readEnvironment: Reader<Record<string, string>> = recordOf((value, place, key) => {
  if (!isUnknown(key) && !/^[^=\s\0]+$/.test(key)) return place.problem("is no name of an environment variable");
  return scalar(value, place.hidden());
});

export const readSysctls: Reader<Record<string, string>> = recordOf((value, place, key) =>
  isUnknown(key) || /^[\w.-]+$/.test(key)
    ? scalar(value, place)
    : place.problem("is no kernel parameter such as 'net.core.somaxconn'"),
);

export const readLabels: Reader<Record<string, string>> = recordOf((value, place, key) =>
  key.startsWith("dev.drayage.")
    ? place.problem("begins with 'dev.drayage.', which marks what is ours; take another name")
    : text(value, place),
);

const address = matching("an IP address or 'host-gateway'", /^([0-9.]+|[0-9a-fA-F:]+|host-gateway)$/);

/** `{ name: address }`, or Compose's list of `"name:address"` and `"name=address"`. */
export function readExtraHosts(value: unknown, place: Place): Record<string, string> | undefined {
  return hosts(Array.isArray(value) ? fromList(value) : value, place);
}

const hosts: Reader<Record<string, string>> = recordOf((value, place) => address(value, place));

function fromList(list: readonly unknown[]): Record<string, unknown> {
  return Object.fromEntries(
    list.map((item) => {
      const [, name, target] = /^([^:=]+)[:=](.*)$/.exec(String(item)) ?? [];
      return name === undefined ? [String(item), ""] : [name, target];
    }),
  );
}

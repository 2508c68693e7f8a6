/** `"/dev/ttyUSB0"`, `"/dev/a:/dev/b"`, `"/dev/a:/dev/b:rw"`. Compose: `devices`. */
import { leaf, type Reader } from "./read";
import { isUnknown, UNKNOWN } from "./unknown";

export interface DeviceSpec {
  readonly host: string;
  readonly container: string;
  /** Of r, w and m (make the node). Default "rwm", as Docker. */
  readonly permissions: string;
}

const device = leaf('a device such as "/dev/ttyUSB0" or "/dev/a:/dev/b:rw"', (value): DeviceSpec | undefined => {
  const match = /^(\/[^:]+)(?::(\/[^:]+))?(?::([rwm]{1,3}))?$/.exec(typeof value === "string" ? value : "");
  const host = match?.[1];
  return host === undefined ? undefined : { host, container: match?.[2] ?? host, permissions: match?.[3] ?? "rwm" };
});

export const readDevice: Reader<DeviceSpec> = (value, place) => {
  const read = device(value, place);
  return isUnknown(read) ? { host: UNKNOWN, container: UNKNOWN, permissions: "rwm" } : read;
};

export const readGpus = leaf("'all' or a whole number from 1", (value): "all" | number | undefined =>
  value === "all" || (Number.isSafeInteger(value) && Number(value) > 0) ? (value as "all" | number) : undefined,
);

/** A limit of the kernel on each process. Compose: `ulimits`. */
import type { Place } from "./place";
import { fields, isRecord, leaf, recordOf, requireKeys } from "./read";

export interface UlimitInput {
  readonly soft: number;
  readonly hard: number;
}

export interface UlimitSpec {
  readonly soft: number;
  readonly hard: number;
}

const limit = leaf("a whole number, or -1 for no limit", (value) =>
  Number.isSafeInteger(value) && Number(value) >= -1 ? Number(value) : undefined,
);
const both = fields({ soft: limit, hard: limit });

export const readUlimits = recordOf((value, place): UlimitSpec | undefined => {
  if (isRecord(value)) return readBoth(value, place);
  const read = limit(value, place);
  return read === undefined ? undefined : { soft: read, hard: read };
});

function readBoth(value: unknown, place: Place): UlimitSpec | undefined {
  const { soft, hard } = both(value, place) ?? {};
  requireKeys(value, ["soft", "hard"], place, "is missing; or write one number for both");
  if (soft === undefined || hard === undefined) return undefined;
  const above = typeof soft === "number" && typeof hard === "number" && hard !== -1 && (soft === -1 || soft > hard);
  return above ? place.problem(`has a soft limit of ${soft} above the hard limit of ${hard}`) : { soft, hard };
}

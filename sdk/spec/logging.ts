/** Where a container's output goes. Bounded unless the program says otherwise: an unbounded log fills the host's disk. */
import type { Place } from "./place";
import { fields, filledText, recordOf, text } from "./read";

export interface LoggingInput {
  /** Docker's log driver. Default "json-file"; `dray logs` needs json-file, local or journald. Compose: `driver`. */
  readonly driver?: string;
  /** The driver's options. Default for json-file and local: max-size 10m, max-file 3. Compose: `options`. */
  readonly options?: Readonly<Record<string, string>>;
}

export interface LoggingSpec {
  readonly driver: string;
  /** Sorted by name. */
  readonly options: Readonly<Record<string, string>>;
}

const BOUNDED = { "max-file": "3", "max-size": "10m" };
export const defaultLogging: LoggingSpec = { driver: "json-file", options: BOUNDED };

const logging = fields({ driver: filledText, options: recordOf((value, place) => text(value, place.hidden())) });

/** Options that are given are taken alone: half of the defaults beside them would surprise. */
export function readLogging(value: unknown, place: Place): LoggingSpec | undefined {
  const read = logging(value, place);
  if (read === undefined) return undefined;
  const driver = read.driver ?? defaultLogging.driver;
  return { driver, options: read.options ?? (["json-file", "local"].includes(driver) ? BOUNDED : {}) };
}

/** Names that become parts of Docker names and host names. */
import type { Place } from "./place";

const RULES = {
  workload: {
    pattern: /^[a-z0-9][a-z0-9_-]{0,39}$/,
    expectation: "at most 40 lower-case letters, digits, '-' and '_', first a letter or digit",
  },
  service: {
    pattern: /^[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?$/,
    expectation: "at most 63 lower-case letters, digits, '-' and '_', first and last a letter or digit: it is a host name",
  },
  volume: {
    pattern: /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/,
    expectation: "at most 100 letters, digits, '-', '_' and '.', first a letter or digit",
  },
  network: {
    pattern: /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/,
    expectation: "at most 100 letters, digits, '-', '_' and '.', first a letter or digit",
  },
  secret: {
    pattern: /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/,
    expectation: "at most 100 letters, digits, '-', '_' and '.': it is a file name",
  },
} as const;

export type NamedThing = keyof typeof RULES;

export function isName(thing: NamedThing, name: string): boolean {
  return RULES[thing].pattern.test(name);
}

/** Reports a bad name at its own place. */
export function checkName(thing: NamedThing, name: string, place: Place): void {
  if (!isName(thing, name)) place.problem(`'${name}' is no name for a ${thing}: ${RULES[thing].expectation}`);
}

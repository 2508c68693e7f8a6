/** What a stack says of the differences that its program declares: closed, so that a word of which nobody knows is a mistake. */
import { type DifferenceKind, type DifferenceValues, differenceKinds, type ResourcesInput } from "./differences";
import type { Problem } from "./drayage-error";
import { type HostInput, normaliseHost } from "./host";
import { limits } from "./limits";
import { didYouMean } from "./nearest-name";
import { Place } from "./place";
import { fields, isRecord, leaf, type Reader, wholeNumber } from "./read";
import { isReference, readSecretRef, type SecretRef } from "./secret-ref";

export interface StackSays {
  /** Text of `<project>:environment`, a map; undefined where the stack has none. */
  readonly environment: string | undefined;
  /** Text of another key of the project: where `dray lab up` writes a host, and `config set --secret NAME` a secret. */
  own(name: string): string | undefined;
  /** For messages: `shop:environment of stack staging`. */
  readonly where: string;
}

export interface ReadDifferences {
  readonly values: DifferenceValues;
  readonly problems: readonly Problem[];
}

export function readDifferences(declared: unknown, says: StackSays): ReadDifferences {
  const problems: Problem[] = [];
  const place = Place.root(problems);
  const names = declaredNames(declared, place);
  const given = structured(says.environment) ?? {};
  readGiven(given, names, place);
  const values = differenceKinds.map((kind) => {
    const said = isRecord(given) && isRecord(given[kind]) ? given[kind] : {};
    const entries = [...names[kind]].map(([name, standard]) => {
      const at = place.key(kind).key(name);
      return [name, valueFor({ kind, name, said: said[name], standard }, says, at)] as const;
    });
    return [kind, Object.fromEntries(entries)] as const;
  });
  return { values: Object.fromEntries(values) as unknown as DifferenceValues, problems };
}

type Names = Readonly<Record<DifferenceKind, ReadonlyMap<string, unknown>>>;

/** Name → what counts where a stack says nothing; undefined: it must say. */
function declaredNames(declared: unknown, place: Place): Names {
  const record = isRecord(declared) ? declared : {};
  for (const key of Object.keys(record)) {
    if ((differenceKinds as readonly string[]).includes(key)) continue;
    place.key(key).problem(`stacks cannot differ in '${key}'${didYouMean(key, differenceKinds)}`);
  }
  const namesOf = (kind: DifferenceKind): ReadonlyMap<string, unknown> => {
    const written = record[kind] ?? [];
    const entries: (readonly [unknown, unknown])[] = Array.isArray(written)
      ? written.map((name) => [name, undefined])
      : Object.entries(written);
    for (const [name] of entries) {
      if (typeof name !== "string" || !/^[A-Za-z][\w-]*$/.test(name))
        place.key(kind).expected("names of letters, digits, '-' and '_'", name);
    }
    return new Map(entries.filter((entry): entry is readonly [string, unknown] => typeof entry[0] === "string"));
  };
  return Object.fromEntries(differenceKinds.map((kind) => [kind, namesOf(kind)])) as Names;
}

/** Reports what is wrong in the stack's own map; each value is taken as it was written. */
function readGiven(given: unknown, names: Names, place: Place): void {
  const byKind = differenceKinds.map((kind) => {
    const byName = [...names[kind].keys()].map((name) => [name, readers[kind]] as const);
    return [kind, fields(Object.fromEntries(byName))] as const;
  });
  fields(Object.fromEntries(byKind))(given, place);
}

interface Asked {
  readonly kind: DifferenceKind;
  readonly name: string;
  readonly said: unknown;
  readonly standard: unknown;
}

function valueFor({ kind, name, said, standard }: Asked, says: StackSays, at: Place): unknown {
  const value = said ?? ownKey(kind, name, says) ?? standard;
  if (value === undefined || value === null) {
    at.problem(`is missing in ${says.where}${kind === "hosts" ? `: ${hostExample(name)}` : ""}`);
    return standIns[kind];
  }
  // What the map says was read already.
  if (said === undefined || said === null) readers[kind](value, at);
  return fits(kind, value) ? value : standIns[kind];
}

function ownKey(kind: DifferenceKind, name: string, says: StackSays): unknown {
  const own = kind === "hosts" || kind === "secrets" ? says.own(name) : undefined;
  const map = structured(own);
  // A secret is taken to the letter, also one that looks like JSON.
  return kind === "hosts" || isReference(map) ? map : own;
}

const hostExample = (name: string): string => `write hosts: { ${name}: local } or hosts: { ${name}: { address: … } }`;

/** A mistake was told; the program must not stumble over it once more. */
function fits(kind: DifferenceKind, value: unknown): boolean {
  const problems: Problem[] = [];
  readers[kind](value, Place.root(problems));
  return problems.length === 0;
}

const host: Reader<"local" | HostInput> = (value, place) => {
  if (value === "local") return value;
  if (!isRecord(value)) return place.expected("'local' or { address: … }", value);
  const read = normaliseHost(value);
  if (!("problems" in read)) return value as unknown as HostInput;
  for (const { path, reason } of read.problems) (path === "" ? place : place.key(path)).problem(reason);
  return undefined;
};

const resources: Reader<ResourcesInput> = (value, place) =>
  fields(limits)(value, place) === undefined ? undefined : (value as ResourcesInput);

const domain = leaf('a host name such as "shop.example.com"', (value) =>
  typeof value === "string" && /^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/.test(value) ? value : undefined,
);

const size = leaf("a number or a text", (value) =>
  typeof value === "number" || (typeof value === "string" && value !== "") ? value : undefined,
);

const secretText = leaf("a secret text", (value) => (typeof value === "string" && value !== "" ? value : undefined));
const secret: Reader<string | SecretRef> = (value, place) =>
  isReference(value) ? readSecretRef(value, place.hidden()) : secretText(value, place.hidden());

const readers: Readonly<Record<DifferenceKind, Reader<unknown>>> = {
  hosts: host,
  replicas: wholeNumber(1, 1_000),
  resources,
  domains: domain,
  ports: wholeNumber(1, 65_535),
  sizes: size,
  secrets: secret,
};

const standIns: Readonly<Record<DifferenceKind, unknown>> = {
  hosts: { address: "not-configured.invalid" },
  replicas: 1,
  resources: {},
  domains: "not-configured.invalid",
  ports: 1,
  sizes: 0,
  secrets: "",
};

/** Maps come as JSON, single words as they are. */
function structured(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

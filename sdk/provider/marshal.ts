/**
 * Pulumi's property values on the wire ↔ plain values. Unknown needs nothing: spec's UNKNOWN is what Pulumi sends. The constants
 * are those of the SDK's runtime/rpc, copied because loading that module loads all of the SDK (a second of start-up).
 */
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { UNKNOWN } from "../spec/unknown";
import { isRecord, type Plain, type PlainRecord } from "./plain";
import { type PropertyPath, valueAt } from "./property-path";

const signature = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

export interface Unmarshalled {
  readonly value: PlainRecord;
  /** Where a secret began, outermost first; everything below is secret. */
  readonly secrets: readonly PropertyPath[];
}

export function unmarshal(struct: Struct | undefined): Unmarshalled {
  const secrets: PropertyPath[] = [];
  const value = struct === undefined ? {} : unwrap(struct.toJavaScript() as Plain, [], secrets);
  return { value: isRecord(value) ? value : {}, secrets };
}

/** Paths that lead nowhere are passed over, so one list of paths serves inputs and outputs. */
export function marshal(value: PlainRecord, secrets: readonly PropertyPath[] = []): Struct {
  const root: SecretTree = { secret: false, inner: new Map() };
  for (const path of secrets) mark(root, path);
  return Struct.fromJavaScript(wrap(value, root) as Record<string, JavaScriptValue>);
}

/** Every string inside the secret parts of a value: what must never be seen in a message. */
export function secretStrings({ value, secrets }: Unmarshalled): string[] {
  const found: string[] = [];
  for (const path of secrets) collectStrings(valueAt(value, path), found);
  return found;
}

interface SecretTree {
  secret: boolean;
  readonly inner: Map<string, SecretTree>;
}

function mark(tree: SecretTree, path: PropertyPath): void {
  let here = tree;
  for (const key of path) {
    const next = here.inner.get(String(key)) ?? { secret: false, inner: new Map() };
    here.inner.set(String(key), next);
    here = next;
  }
  here.secret = true;
}

function unwrap(value: Plain, path: PropertyPath, secrets: PropertyPath[]): Plain {
  if (Array.isArray(value)) return value.map((item: Plain, i) => unwrap(item, [...path, i], secrets));
  if (!isRecord(value)) return value;
  if (value[signature] === secretSignature) {
    secrets.push(path);
    return unwrap(value.value ?? null, path, []);
  }
  // Resource references arrive as { signature, urn, id, … }: urn and id are what is of use.
  const { [signature]: _, ...members } = value;
  return Object.fromEntries(Object.entries(members).map(([key, item]) => [key, unwrap(item ?? null, [...path, key], secrets)]));
}

function wrap(value: Plain, tree: SecretTree | undefined): unknown {
  const bare = wrapMembers(value, tree);
  return tree?.secret ? { [signature]: secretSignature, value: bare } : bare;
}

function wrapMembers(value: Plain, tree: SecretTree | undefined): unknown {
  if (Array.isArray(value)) return value.map((item: Plain, i) => wrap(item, tree?.inner.get(String(i))));
  if (!isRecord(value)) return value;
  const members = Object.entries(value).filter((entry): entry is [string, Plain] => entry[1] !== undefined);
  return Object.fromEntries(members.map(([key, item]) => [key, wrap(item, tree?.inner.get(key))]));
}

function collectStrings(value: Plain | undefined, found: string[]): void {
  if (value === UNKNOWN) return;
  if (typeof value === "string") found.push(value);
  else if (typeof value === "number") found.push(String(value));
  else if (Array.isArray(value)) for (const item of value) collectStrings(item as Plain, found);
  else if (isRecord(value)) for (const item of Object.values(value)) collectStrings(item, found);
}

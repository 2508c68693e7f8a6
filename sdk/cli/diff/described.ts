/** A stack as fields by resource, told by its state or by a saved preview, without what belongs to one machine or one run. Pure. */
import { describeSecretRef, isReference, type SecretRef } from "../../spec/secret-ref";
import type { Told } from "../promote/deployed";
import { type Declared, readDeclared } from "./declared";

export interface Described {
  /** As the person named it: `staging`, `plan.json`. */
  readonly label: string;
  /** Undefined: the program declares nothing that may differ. */
  readonly declared: Declared | undefined;
  /** `workload shop`, `host rack`, `aws:ec2/instance:Instance web` → fields. */
  readonly resources: Readonly<Record<string, Fields>>;
}

export type Fields = Readonly<Record<string, unknown>>;

/** In the place of every secret, whatever told it. */
export const hidden = "[secret]";

export function describe(label: string, resources: readonly Told[]): Described {
  const shown = resources.filter(({ type }) => !type.startsWith("pulumi:") && type !== environmentType);
  return {
    label,
    declared: readDeclared(resources.find((it) => it.type === environmentType)?.inputs),
    resources: Object.fromEntries(shown.map((it) => [keyOf(it), fieldsOf(it)])),
  };
}

const environmentType = "drayage:index:Environment";

/** Of our own types: facts of the operator's machine, of a run, or of the stack itself; what is pinned shows in what runs. */
const volatile = new Set([
  "stackUid",
  "programDir",
  "problems",
  "formerNames",
  "pin",
  "locks",
  "folderHash",
  "secretFiles",
  "drift",
  "identity",
]);

function keyOf({ type, name }: Told): string {
  const own = /^drayage:index:(?:Local)?(\w+)$/.exec(type)?.[1];
  return `${own === undefined ? type : own.toLowerCase()} ${name}`;
}

function fieldsOf(told: Told): Fields {
  const ours = told.type.startsWith("drayage:index:");
  const given = Object.entries(told.inputs).filter(([key]) => key !== "__defaults" && !(ours && volatile.has(key)));
  const inputs = Object.fromEntries(given);
  return plainRecord(byType[told.type]?.({ ...told, inputs }) ?? inputs);
}

const byType: Readonly<Record<string, (told: Told) => Fields>> = {
  "drayage:index:LocalHost": ({ inputs }) => ({ ...inputs, connection: "local" }),
  "drayage:index:Host": ({ inputs }) => ({ ...inputs, connection: "ssh" }),
  "drayage:index:Image": ({ inputs, outputs = {} }) => ({
    ...withoutBuilder(inputs),
    identity: outputs.identity ?? recordOf(inputs.pin).identity,
  }),
  "drayage:index:Workload": ({ inputs, outputs = {} }) => {
    const seen = recordOf(recordOf(outputs.receipt).images);
    const services = Object.entries(recordOf(inputs.services)).map(([name, service]) => [
      name,
      serviceFields(service, seen[name]),
    ]);
    return { ...inputs, host: recordOf(inputs.host).name, services: Object.fromEntries(services) };
  },
};

/** What a reference means is in the receipt only; of an Image its own resource tells. */
function serviceFields(service: unknown, runs: unknown): Fields {
  const { image, ...rest } = recordOf(service);
  return { ...rest, ...(typeof image === "string" ? { image, runs } : { image: recordOf(image).name }) };
}

function withoutBuilder({ builder: _, ...rest }: Fields): Fields {
  return rest;
}

/** Secrets of a state, references to secrets, files and archives become one word each. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const record = value as Fields;
  if (isReference(record)) return describeSecretRef(record as unknown as SecretRef);
  if (record[signatureKey] !== undefined) return special(record);
  return plainRecord(record);
}

/** Undefined: it names a resource by its URN, in which its stack is. */
function special(record: Fields): string | undefined {
  if (record[signatureKey] === secretSignature) return hidden;
  return typeof record.hash === "string" ? `content ${record.hash}` : undefined;
}

function plainRecord(record: Fields): Fields {
  return Object.fromEntries(Object.entries(record).map(([key, it]) => [key, plain(it)]));
}

/** How Pulumi marks a special value in JSON, and that of a secret. */
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

const recordOf = (value: unknown): Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};

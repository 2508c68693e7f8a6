/** AWS's own API models, as botocore has them: the extract in test/fixtures/aws-api (see extract.py there). */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface Shape {
  readonly type: string;
  readonly members?: Readonly<Record<string, string>>;
  readonly member?: string;
  readonly value?: string;
  readonly required?: readonly string[];
  readonly enum?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly sensitive?: boolean;
}

export interface ApiModel {
  readonly botocore: string;
  readonly service: string;
  readonly protocol: string;
  readonly operations: Readonly<Record<string, { readonly input?: string; readonly output?: string }>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

const folder = join(__dirname, "../../../fixtures/aws-api");
const read = new Map<string, ApiModel>();

/** `service` as botocore names it: `ec2`, `route53`. */
export function apiModel(service: string): ApiModel {
  const known = read.get(service);
  if (known !== undefined) return known;
  const file = join(folder, `${service}.json`);
  if (!existsSync(file)) throw new Error(`test/fixtures/aws-api has no ${service}.json: run extract.py there`);
  const model = JSON.parse(readFileSync(file, "utf8")) as ApiModel;
  read.set(service, model);
  return model;
}

/** A call that AWS's models do not allow, whatever a fake made of it. */
export class ModelMismatch extends Error {
  override readonly name = "ModelMismatch";
}

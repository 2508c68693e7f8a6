/**
 * Creates that an engine was killed in. Updates and deletions are simply done again; a pending create stays in the state until it is
 * cleared, and only the cloud knows whether something came of it.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseUrn } from "../../provider/urn";
import type { LockPlace } from "../pulumi/stack-lock";

export interface PendingCreate {
  readonly urn: string;
  /** `aws:ec2/vpc:Vpc`. */
  readonly type: string;
  readonly name: string;
  readonly parent?: string;
  /** What it was to be tagged with; secret values are left out. */
  readonly tags: Readonly<Record<string, string>>;
  /** The ID of the one in the state, made or imported since. */
  readonly known?: string;
}

/** Ours takes over what an earlier run of it made; of another package's nobody here knows. */
export function isElsewhere({ type }: PendingCreate): boolean {
  return !type.startsWith("drayage:");
}

export function readPendingCreates({ stateDir, project, stack }: LockPlace): PendingCreate[] {
  const path = join(stateDir, ".pulumi", "stacks", project, `${stack}.json`);
  return existsSync(path) ? pendingCreates(readFileSync(path, "utf8")) : [];
}

/** Takes what `pulumi stack export` prints and what the file backend keeps. It is looked at before every run: most have none. */
export function pendingCreates(text: string): PendingCreate[] {
  if (!text.includes('"pending_operations"')) return [];
  const { deployment, checkpoint } = JSON.parse(text) as StateFile;
  const { pending_operations: operations, resources } = deployment ?? checkpoint?.latest ?? {};
  const creates = (operations ?? []).filter(({ type }) => type === "creating");
  const once = new Map(creates.map(({ resource }) => [resource.urn, resource]));
  return [...once.values()].map((resource) => pendingCreate(resource, resources ?? []));
}

interface Resource {
  readonly urn: string;
  readonly id?: string;
  readonly delete?: boolean;
  readonly parent?: string;
  readonly inputs?: { readonly tags?: unknown };
}

interface Deployment {
  readonly resources?: readonly Resource[] | null;
  readonly pending_operations?: readonly { readonly resource: Resource; readonly type: string }[] | null;
}

interface StateFile {
  readonly deployment?: Deployment;
  readonly checkpoint?: { readonly latest?: Deployment };
}

function pendingCreate({ urn, parent, inputs }: Resource, resources: readonly Resource[]): PendingCreate {
  const { type, name } = parseUrn(urn);
  const known = resources.find((it) => it.urn === urn && it.delete !== true)?.id;
  const isPart = parent !== undefined && parseUrn(parent).type !== "pulumi:pulumi:Stack";
  return {
    urn,
    type,
    name,
    tags: textsOf(inputs?.tags),
    ...(isPart ? { parent } : {}),
    ...(known === undefined ? {} : { known }),
  };
}

function textsOf(tags: unknown): Record<string, string> {
  const entries = typeof tags === "object" && tags !== null ? Object.entries(tags) : [];
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

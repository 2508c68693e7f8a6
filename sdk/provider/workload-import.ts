/**
 * Import of a workload that runs: `import: "ssh://user@host/identity"` in its resource options. Read proves that it is there, where,
 * and whose; what it is the program says, never a spec made up from inspect. In the same run Pulumi then compares the two and updates,
 * as an apply does that finds its containers there: only what differs is changed, and preview shows it.
 */
import { randomBytes } from "node:crypto";
import type { HostHandle } from "../engine/host/host-handle";
import type { Owner } from "../engine/record/host-record";
import { DrayageError, type Problem } from "../spec/drayage-error";
import type { HostRefSpec } from "../spec/host";
import { type HostAddress, parseHostAddress } from "../spec/host-address";
import { DEFAULT_SUBNETS } from "../spec/network";
import { textOf } from "./common-inputs";
import type { Hosts, WorkloadDoor } from "./engine-doors";
import type { PlainRecord } from "./plain";
import type { ReadRequest, ReadState } from "./resource-handler";
import { parseUrn } from "./urn";
import { noReceipt, placeOf, stateOutputs } from "./workload-state";

export interface ImportParts {
  readonly hosts: Hosts;
  readonly door: WorkloadDoor;
  readonly random?: (bytes: number) => Buffer;
}

/** Inputs that differ from whatever the program says: those of the import, until the first apply that succeeded. */
export const isImported = ({ importedFrom }: PlainRecord): boolean => textOf(importedFrom) !== "";

/** `pulumi import` has no program: what it prints as one is none. */
export function unwritten(news: PlainRecord): Problem[] {
  if (!isImported(news)) return [];
  return [
    { path: "", reason: "it is in the state now; the program has to say what it is: write it there as it was, then preview" },
  ];
}

/** @throws USAGE, HOST_*; undefined: neither containers nor volumes of it are there */
export async function importWorkload(parts: ImportParts, request: ReadRequest): Promise<ReadState | undefined> {
  const { name, id: written, report, urn } = request;
  const at = parseHostAddress(written);
  if (at === undefined || !/^[0-9a-f]{32}$/.test(at.rest)) throw notUnderstood(name, written);
  const identity = at.rest;
  const { ref, handle } = await meet(parts.hosts, at);
  const spec = { name, services: {}, volumes: {}, networks: {}, subnets: DEFAULT_SUBNETS };
  const found = await parts.door.find(handle, { identity, spec, secrets: {}, secretKey: "" });
  if (found.state === "gone" && found.handover === undefined) return undefined;
  if (found.handover !== undefined || found.openMove !== undefined) throw elsewhere(name, found.handover ?? found.openMove);
  // Two that imported it would share its ID, and neither could be told from the other.
  if (found.owner !== undefined) refuseForeign(found.owner, urn, name);
  report.say(
    "info",
    `imported as it runs on ${ref.name}; its secrets are delivered anew, for their key was in the state that is lost`,
  );
  const outputs = stateOutputs({
    schemaVersion: 1,
    identity,
    ownerId: found.ownerId ?? "",
    placement: placeOf(ref),
    placements: { [ref.name]: ref },
    // The one that it had is lost with the state it was in.
    secretKey: (parts.random ?? randomBytes)(32).toString("hex"),
    receipt: noReceipt,
  });
  // The ID stays what was written: with another one Pulumi would import it again in each run, to replace itself.
  return { id: written, outputs, inputs: { name, identity, importedFrom: written }, secretOutputs: [["secretKey"]] };
}

/** A move carries what ran as it was deployed, which an import does not know yet. */
export function importedElsewhere(name: string, host: string): DrayageError {
  return new DrayageError("MOVE_REFUSED", `it was imported from ${host}, and the program wants it elsewhere`, {
    subject: name,
    hint: `Say \`host: ${host}\` for the first up, then change it.`,
  });
}

/** A host of the program at that address brings the keys that the program says. */
async function meet(hosts: Hosts, { rest: _, ...address }: HostAddress): Promise<{ ref: HostRefSpec; handle: HostHandle }> {
  const declared = hosts
    .declared()
    .find(({ connection }) => connection.kind === "ssh" && connection.address === address.address && agrees(connection, address));
  const host = declared ?? { name: address.address, connection: { kind: "ssh" as const, ...address }, base: "/" };
  const { name, connection } = host;
  const handle = await hosts.open({ name, connection }, host.base);
  const { machineId = "", engineId, arch } = handle.measured;
  return { ref: { name, connection, machineId, engineId, arch }, handle };
}

function agrees(one: { user?: string | undefined; port?: number | undefined }, other: Omit<HostAddress, "rest">): boolean {
  return (other.user === undefined || other.user === one.user) && (other.port === undefined || other.port === (one.port ?? 22));
}

function refuseForeign({ project, stack }: Owner, urn: string, name: string): void {
  const ours = parseUrn(urn);
  if (project === ours.project && stack === ours.stack) return;
  throw new DrayageError("OWNED_ELSEWHERE", `it belongs to stack ${stack} of project ${project}`, {
    subject: name,
    hint: `If that stack is given up: dray adopt ${name}, then import it.`,
  });
}

function notUnderstood(name: string, written: string): DrayageError {
  return new DrayageError("USAGE", `this is no workload to import: ${written}`, {
    subject: name,
    hint: "Write ssh://user@host/identity; the label dev.drayage.identity of its containers has the identity.",
  });
}

function elsewhere(name: string, peer: { readonly host: string } | undefined): DrayageError {
  return new DrayageError("WORLD_MOVED", `it was handed over to ${peer?.host ?? "another host"}, or is on its way there`, {
    subject: name,
    hint: `Import it from the host on which it lives.`,
  });
}

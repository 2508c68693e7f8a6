/** What a killed run may have left at a cloud, told so that it can be found and settled. */
import { parseUrn } from "../../provider/urn";
import { isElsewhere, type PendingCreate } from "../state/pending-creates";
import type { Note } from "./preview";

export const clearPending = "dray refresh --clear-pending-creates";

/** One warning per resource and one that says what to do; none for what drayage itself takes up again. */
export function pendingNotes(creates: readonly PendingCreate[], stack: string): Note[] {
  const elsewhere = creates.filter(isElsewhere);
  if (elsewhere.length === 0) return [];
  return [...elsewhere.map((it) => noteOf(it, stack)), { severity: "warning", text: nextText(elsewhere, stack) }];
}

function noteOf(create: PendingCreate, stack: string): Note {
  const { name, type, known, tags } = create;
  const words = Object.entries(tags).map(([key, value]) => `${key}=${value}`);
  const marks = words.length === 0 ? "no tags" : words.join(", ");
  const text =
    known === undefined
      ? `a run was killed while it made this ${type} (${marks}): it may exist without being known here, and the next up makes another one, unless ${importCommand(create, stack)}`
      : `a run was killed while it made this ${type} (${marks}): one may exist beside the one that is known here, ${known}`;
  return { severity: "warning", text, subject: name };
}

function importCommand({ type, name, parent }: PendingCreate, stack: string): string {
  const below = parent === undefined ? "" : ` --parent '${parseUrn(parent).name}=${parent}'`;
  return `dray pulumi --stack ${stack} -- import ${type} ${name} ID${below} --protect=false --generate-code=false`;
}

function nextText(creates: readonly PendingCreate[], stack: string): string {
  return [
    `What a killed run made is not looked for by drayage: find it ${whereToLook(creates)}, and delete it there or import it.`,
    `When all of it is settled, have the state forget the marks: ${clearPending} --stack ${stack}`,
  ].join(" ");
}

/** The components of drayage tag all that AWS lets be tagged with the host it belongs to. */
function whereToLook(creates: readonly PendingCreate[]): string {
  const hosts = new Set(creates.flatMap(({ type, tags }) => (type.startsWith("aws:") ? (tags["drayage:host"] ?? []) : [])));
  if (hosts.size === 0) return "by its name or tags";
  const commands = [...hosts].map(
    (host) => `aws resourcegroupstaggingapi get-resources --tag-filters Key=drayage:host,Values=${host}`,
  );
  return `by its tags (${commands.join("; ")}; roles of IAM are not listed there)`;
}

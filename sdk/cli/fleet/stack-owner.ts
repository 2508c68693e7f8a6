import { parse } from "yaml";
import type { Owner } from "../../engine/record/host-record";
import { DrayageError } from "../../spec/drayage-error";
import type { Chosen } from "../common-options";
import { readIfThere } from "../project/find-project";
import { stackFile, stackUidKey } from "../pulumi/stack-file";

/** Who this stack is to a host's record. @throws STACK_UID_MISSING before the first up. */
export function stackOwner(chosen: Chosen, id: string): Owner {
  const stackUid = findStackUid(chosen);
  if (stackUid !== undefined) return { stackUid, project: chosen.project.name, stack: chosen.stack, id };
  throw new DrayageError("STACK_UID_MISSING", "The stack has no identity yet.", {
    subject: stackFile(chosen.project.dir, chosen.stack),
    hint: "`dray preview` writes it; commit the file.",
  });
}

/** undefined before the first preview or up. */
export function findStackUid({ project, stack }: Chosen): string | undefined {
  const text = readIfThere(stackFile(project.dir, stack));
  const file = (text === undefined ? undefined : parse(text)) as { config?: Record<string, unknown> } | null | undefined;
  const stackUid = file?.config?.[stackUidKey];
  return typeof stackUid === "string" && stackUid !== "" ? stackUid : undefined;
}

import { parse } from "yaml";
import type { Owner } from "../../engine/record/host-record";
import { DrayageError } from "../../spec/drayage-error";
import type { Chosen } from "../common-options";
import { readIfThere } from "../project/find-project";
import { stackFile, stackUidKey } from "../pulumi/stack-file";

/** Who this stack is to a host's record. @throws STACK_UID_MISSING before the first up. */
export function stackOwner({ project, stack }: Chosen, id: string): Owner {
  const path = stackFile(project.dir, stack);
  const text = readIfThere(path);
  const file = (text === undefined ? undefined : parse(text)) as { config?: Record<string, unknown> } | null | undefined;
  const stackUid = file?.config?.[stackUidKey];
  if (typeof stackUid === "string" && stackUid !== "") return { stackUid, project: project.name, stack, id };
  throw new DrayageError("STACK_UID_MISSING", "The stack has no identity yet.", {
    subject: path,
    hint: "`dray preview` writes it; commit the file.",
  });
}

/** `Pulumi.<stack>.yaml`: committed, and the place where a stack's uid lives. */
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isMap, parseDocument } from "yaml";
import { DrayageError } from "../../spec/drayage-error";

/** Under `dray:` and not `drayage:`, whose keys would become configuration of the provider. */
export const stackUidKey = "dray:stackUid";

export const stackFile = (workDir: string, stack: string): string => join(workDir, `Pulumi.${stack}.yaml`);

/** Yields the stack's uid; one that is missing is made and written, everything else in the file stays as it is. */
export function ensureStackUid(path: string, mint: () => string = () => randomBytes(16).toString("hex")): string {
  const document = parseDocument(existsSync(path) ? readFileSync(path, "utf8") : "");
  if (document.errors[0] !== undefined) {
    throw new DrayageError("INVALID_PROGRAM", `is not YAML: ${document.errors[0].message}`, { subject: path });
  }
  const known = document.getIn(["config", stackUidKey]);
  if (typeof known === "string" && known !== "") return known;
  const uid = mint();
  if (!isMap(document.get("config"))) document.set("config", document.createNode({}));
  document.setIn(["config", stackUidKey], uid);
  writeFileSync(path, document.toString());
  return uid;
}

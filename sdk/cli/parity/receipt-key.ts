/**
 * The operator's key for the hashes of secrets in receipts: what makes two of them comparable without telling a value. One per
 * program, so that its stacks can be compared; never in git, in a receipt, in an argument or in a log.
 */
import { createHash, randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DrayageError } from "../../spec/drayage-error";
import { readIfThere } from "../project/find-project";
import { privateFolder } from "../project/private-folder";

type Env = Readonly<Record<string, string | undefined>>;

/** What several people share, so that one's receipt on file can be compared by another. */
const variable = "DRAYAGE_RECEIPT_KEY";
const leastLetters = 16;

export function receiptKey(projectDir: string, env: Env): Buffer {
  const shared = env[variable];
  if (shared !== undefined && shared !== "") {
    if (shared.length >= leastLetters) return keyOf(shared);
    throw new DrayageError("USAGE", `${variable} is too short: a key that can be guessed protects nothing.`, {
      hint: `Make one with \`openssl rand -hex 32\`, and give it to all who compare receipts.`,
    });
  }
  const file = join(privateFolder(projectDir), "receipt-key");
  try {
    writeFileSync(file, `${randomBytes(32).toString("hex")}\n`, { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  return keyOf((readIfThere(file) ?? "").trim());
}

function keyOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

import { execFile } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { promisify } from "node:util";
import { DrayageError } from "../spec/drayage-error";

export interface KeyPair {
  readonly privateKey: string;
  /** `ssh-ed25519 AAAA…`, without a comment. */
  readonly publicKey: string;
}

/** Makes an ed25519 pair in OpenSSH's format at `file` (0600) and `file.pub`. */
export async function makeKeyPair(file: string): Promise<KeyPair> {
  await rm(file, { force: true });
  try {
    await promisify(execFile)("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", file]);
  } catch (cause) {
    throw new DrayageError("NOT_SUPPORTED", "a key pair could not be made with ssh-keygen", {
      subject: file,
      hint: "Install the OpenSSH client (Debian: `apt-get install openssh-client`).",
      cause,
    });
  }
  return readKeyPair(file);
}

export async function readKeyPair(file: string): Promise<KeyPair> {
  const [privateKey, publicText] = await Promise.all([readFile(file, "utf8"), readFile(`${file}.pub`, "utf8")]);
  return { privateKey, publicKey: publicText.trim().split(" ").slice(0, 2).join(" ") };
}
